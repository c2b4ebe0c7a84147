"""The notary at work: it leads or stands by, refuses or goes on. Several may run; one leads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import asyncpg

from services.notary.recalling import Recall
from services.notary.settings import NotarySettings
from services.notary.tenure import Tenure, signing_key
from shared.eventlog.leadership import Leadership
from shared.eventlog.news import News
from shared.eventlog.wording import describe
from shared.notary import selfcheck, store
from shared.notary.growing import Tree
from shared.notary.heads import Heads
from shared.notary.keys import KeyRefused
from shared.notary.reading import SESSION, Connection, SignedCheckpoint
from shared.notary.refusal import Flaw, SigningRefused
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of
from shared.tasks import end

logger = logger_of("notary")

LOCK = 0x6A757175_0002
"""Key of the advisory lock that the leading notary holds."""


_TROUBLE = (
    store.Overtaken,
    KeyRefused,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


class NotLeading(Exception):
    """Another notary leads, or this one is not at work: ask the other, or again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The log is looked at every ``look`` seconds at least; new events are gathered for ``gather`` seconds; while it
    catches up it signs every ``events`` events too. ``samples`` tiles are compared with the log at the start (all where
    ``full``), one at each checkpoint."""

    look: float = 1.0
    gather: float = 0.2
    events: int = 524_288
    samples: int = 16
    full: bool = False


@dataclass(frozen=True, slots=True)
class NotaryStatus:
    """How it does. ``size``: events in the tree; ``signed``: size of the newest checkpoint (-1: none); ``head``: the
    log's end as last seen; ``finding``: why it refuses to sign, or will when it leads; ``trouble``: why it does not get
    on now."""

    role: str
    head: int
    size: int
    signed: int
    finding: str
    trouble: str

    @property
    def healthy(self) -> bool:
        """Whether it leads or stands by without trouble, and has found nothing wrong."""
        return self.role in {"leading", "standby"} and not self.finding and not self.trouble


class Notary:
    """Leads or stands by for as long as ``run`` runs."""

    def __init__(
        self, database_url: str, settings: NotarySettings, cadence: Cadence | None = None, *, lock: int = LOCK
    ) -> None:
        self._url = database_url
        self._settings = settings
        self._cadence = cadence or Cadence()
        self._lock = lock
        self._recall = Recall(settings)
        self._role = "stopped"
        self._trouble = ""
        self._finding: Flaw | None = None
        self._head = 0
        self._term: Tenure | None = None
        self._at_work = asyncio.Lock()
        self._cleared = asyncio.Event()
        self._news = News(database_url, every=self._cadence.look)

    async def run(self) -> None:
        """Lead or stand by until cancelled; goes on by itself when PostgreSQL comes back."""
        try:
            await run_for_ever(self._serve, troubled=self._troubled, pauses=Pauses(0.1, 2.0), rest=0.5)
        finally:
            self._role = "stopped"
            await self._news.close()

    def _troubled(self, error: Exception) -> None:
        self._trouble = describe(error)
        logger.warning("notary.trouble", error=self._trouble, role=self._role)

    def status(self) -> NotaryStatus:
        """How it does now."""
        term = self._term
        return NotaryStatus(
            role="taking over" if self._role == "leading" and term is None else self._role,
            head=term.head if term else self._head,
            size=term.tree.size if term else 0,
            signed=term.signed if term else -1,
            finding=str(self._finding or ""),
            trouble=self._trouble,
        )

    async def checkpoint(self) -> SignedCheckpoint:
        """The checkpoint of all that the log holds now, signed if it is not yet.

        Raises ``NotLeading``, ``SigningRefused``, and what passes.
        """
        async with self._working() as term:
            head = await term.look()
            while term.tree.size < head:
                await term.tree.grow(head)
            return await term.sign()

    async def finish(self, seconds: float = 5.0) -> None:
        """A last checkpoint before the end, if this one leads and can within some seconds."""
        with suppress(NotLeading, SigningRefused, TimeoutError, *_TROUBLE):
            async with asyncio.timeout(seconds), self._working() as term:
                await term.tree.grow(await term.look())
                await term.sign()

    async def check(self, *, full: bool = False) -> Flaw | None:
        """Compares the log with the tree, and with what was signed last, now. What is found stops all signing; nothing
        found lets it go on.

        Raises ``NotLeading``.
        """
        if self._role not in {"leading", "refusing"}:
            raise NotLeading(self._role)
        async with self._connections() as (reading, beside):
            try:
                flaws = await self._found(reading, beside, full=full)
            except KeyRefused as error:
                raise NotLeading(str(error)) from None
        if flaws is not None:
            self._refuse(flaws)
        elif self._finding is not None:
            self._cleared.set()
        return flaws

    async def _found(self, reading: Connection, beside: Connection, *, full: bool) -> Flaw | None:
        try:
            signer = await signing_key(beside, self._settings)
            base = await selfcheck.checked_base(beside, [signer.verifier])
            await selfcheck.check_base(reading, beside, base, full=full, samples=self._cadence.samples)
            await selfcheck.check_remembered(reading, base, await self._recall.before(beside, signer))
        except SigningRefused as refused:
            return refused.finding
        return None

    async def _serve(self) -> None:
        async with Leadership(self._url, lock=self._lock) as leadership:
            self._role = "taking over"
            if not await leadership.claim():
                await self._stand_by(leadership)
            self._role = "taking over"
            tasks = {asyncio.create_task(self._hold(leadership)), asyncio.create_task(self._lead())}
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._role = "taking over"
                self._end_term()
                await end(*tasks)
            for task in done:
                task.result()

    async def _stand_by(self, leadership: Leadership) -> None:
        """Until it leads; meanwhile it remembers what the one that leads signs, so that to be taken over from is no way
        around the memory."""
        async with self._connections(1) as (connection,):
            while not await leadership.claim():
                try:
                    await self._recall.follow(connection)
                except SigningRefused as refused:
                    self._refuse(refused.finding)
                else:
                    self._finding = None
                self._role, self._trouble = "standby", ""
                self._head = await self._news.wait(2**62, self._cadence.look)

    async def _hold(self, leadership: Leadership) -> None:
        """A sign of life a second, so that the lock stays ours."""
        while True:
            await leadership.claim()
            await asyncio.sleep(1.0)

    async def _lead(self) -> None:
        self._cleared.clear()
        try:
            async with self._begun() as term:
                self._term, self._role, self._trouble, self._finding = term, "leading", "", None
                logger.info("notary.leads", size=term.tree.size, signed=term.signed)
                while self._term is term:
                    async with self._at_work:
                        await term.advance(self._cadence.events)
                    await self._wait(term)
        except SigningRefused as refused:
            self._refuse(refused.finding)
        if self._finding is None:
            return
        self._role, self._trouble = "refusing", ""
        await self._until_cleared()
        self._finding = None
        logger.info("notary.cleared")

    async def _until_cleared(self) -> None:
        """Until a check has found nothing, or the memory was put anew: accepted, say."""
        before = self._recall.stamp
        while not self._cleared.is_set() and self._recall.stamp == before:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._cadence.look):
                    await self._cleared.wait()

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[Tenure]:
        """What it begins with is what it has checked: nothing of it is read again."""
        async with self._connections() as (reading, writing):
            signer = await signing_key(writing, self._settings)
            before = await self._recall.before(writing, signer)
            base = await selfcheck.checked_base(writing, [signer.verifier])
            await selfcheck.check_base(reading, writing, base, full=self._cadence.full, samples=self._cadence.samples)
            await selfcheck.check_remembered(reading, base, before)
            await self._recall.keep(writing, base.newest)
            promised = before if before is not None and before.size > base.size else None
            tree = Tree(reading, writing, base.edge, Heads(writing), promised)
            await tree.resume()
            term = Tenure(self._settings, self._recall, tree, base.top, base.newest, head=self._head)
            try:
                yield term
            finally:
                self._end_term()

    async def _wait(self, term: Tenure) -> None:
        """Until the log has more than the tree, or a checkpoint is due."""
        if term.tree.size < term.head:
            return
        within = min(self._cadence.look, max(term.due, 0.01)) if term.tree.size > term.signed else self._cadence.look
        if await self._news.wait(term.tree.size, within) > term.tree.size:
            await asyncio.sleep(min(self._cadence.gather, within))

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[Tenure]:
        """The term, for a step from outside; a step that fails ends the term, as its tree may be ahead of the store."""
        async with self._at_work:
            if self._finding is not None:
                raise SigningRefused(self._finding)
            if self._term is None or self._role != "leading":
                raise NotLeading(self._role)
            try:
                yield self._term
            except SigningRefused as refused:
                self._refuse(refused.finding)
                raise
            except BaseException:
                self._end_term()
                raise

    @asynccontextmanager
    async def _connections(self, count: int = 2) -> AsyncIterator[list[Connection]]:
        async with AsyncExitStack() as opened:
            made = []
            for _ in range(count):
                made.append(await asyncpg.connect(self._url, timeout=5, command_timeout=60, server_settings=SESSION))
                opened.callback(made[-1].terminate)
            yield made

    def _refuse(self, finding: Flaw) -> None:
        if finding != self._finding:
            logger.critical("notary.refuses_to_sign", kind=finding.kind, seq=finding.seq, reason=str(finding))
        self._finding = finding
        self._end_term()

    def _end_term(self) -> None:
        """Its tree is of no more use; what it saw last of the log is still shown."""
        if self._term is not None:
            self._head, self._term = self._term.head, None
