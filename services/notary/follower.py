"""The notary at work: follows the log, grows the tree, signs checkpoints. Several may run; one leads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import asyncpg

from services.notary.recalling import Recall
from services.notary.settings import NotarySettings
from shared.eventlog.leadership import Leadership
from shared.eventlog.news import News
from shared.eventlog.wording import describe
from shared.notary import selfcheck, store
from shared.notary.checkpoint import Checkpoint
from shared.notary.growing import Tree
from shared.notary.heads import Heads
from shared.notary.keys import KeyRefused, key_in_force
from shared.notary.note import Note, Signer
from shared.notary.reading import SESSION, Connection, SignedCheckpoint, read_note
from shared.notary.refusal import Flaw, SigningRefused
from shared.notary.streams import TopTree
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


@dataclass(slots=True)
class _Tenure:
    """One term of leadership."""

    tree: Tree
    top: TopTree
    newest: SignedCheckpoint | None
    signed_at: float = field(default_factory=time.monotonic)

    @property
    def signed(self) -> int:
        return -1 if self.newest is None else self.newest.checkpoint.size


class Notary:
    """Leads or stands by for as long as ``run`` runs."""

    def __init__(
        self, database_url: str, settings: NotarySettings, pace: Cadence | None = None, *, lock: int = LOCK
    ) -> None:
        self._url = database_url
        self._settings = settings
        self._pace = pace or Cadence()
        self._lock = lock
        self._recall = Recall(settings)
        self._role = "stopped"
        self._trouble = ""
        self._finding: Flaw | None = None
        self._head = 0
        self._term: _Tenure | None = None
        self._at_work = asyncio.Lock()
        self._cleared = asyncio.Event()
        self._news = News(database_url, every=self._pace.look)

    async def run(self) -> None:
        """Lead or stand by until cancelled; goes on by itself when PostgreSQL comes back."""
        try:
            await run_for_ever(self._serve, troubled=self._troubled, pauses=Pauses(0.1, 2.0), rest=0.1)
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
            head=self._head,
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
            head = await self._look(term)
            while term.tree.size < head:
                await term.tree.grow(head)
            return await self._signed(term)

    async def finish(self, seconds: float = 5.0) -> None:
        """A last checkpoint before the end, if this one leads and can within some seconds."""
        with suppress(NotLeading, SigningRefused, TimeoutError, *_TROUBLE):
            async with asyncio.timeout(seconds), self._working() as term:
                await term.tree.grow(await self._look(term))
                await self._signed(term)

    async def check(self, *, full: bool = False) -> Flaw | None:
        """Compares the log with the tree, and with what was signed last, now. What is found stops all signing; nothing
        found lets it go on.

        Raises ``NotLeading``.
        """
        if self._role not in {"leading", "refusing"}:
            raise NotLeading(self._role)
        async with self._connections() as (reading, beside):
            try:
                found = await self._found(reading, beside, full=full)
            except KeyRefused as error:
                raise NotLeading(str(error)) from None
        if found is not None:
            self._refuse(found)
        elif self._finding is not None:
            self._cleared.set()
        return found

    async def _found(self, reading: Connection, beside: Connection, *, full: bool) -> Flaw | None:
        try:
            signer = await self._key(beside)
            base = await selfcheck.checked_base(beside, [signer.verifier])
            await selfcheck.check_base(reading, beside, base, full=full, samples=self._pace.samples)
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
                self._role, self._term = "taking over", None
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
                self._head = await self._news.wait(2**62, self._pace.look)

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
                        await self._advance(term)
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
                async with asyncio.timeout(self._pace.look):
                    await self._cleared.wait()

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[_Tenure]:
        """What it begins with is what it has checked: nothing of it is read again."""
        async with self._connections() as (reading, writing):
            signer = await self._key(writing)
            before = await self._recall.before(writing, signer)
            base = await selfcheck.checked_base(writing, [signer.verifier])
            await selfcheck.check_base(reading, writing, base, full=self._pace.full, samples=self._pace.samples)
            await selfcheck.check_remembered(reading, base, before)
            await self._recall.keep(writing, base.newest)
            promised = before if before is not None and before.size > base.size else None
            tree = Tree(reading, writing, base.edge, Heads(writing), promised)
            await tree.resume()
            try:
                yield _Tenure(tree, base.top, base.newest)
            finally:
                self._term = None

    async def _advance(self, term: _Tenure) -> None:
        """Take in the next page, and sign if it is time."""
        head = await self._look(term)
        if head > term.tree.size:
            await term.tree.grow(head)
        else:
            await self._still_signed(term)
        if term.tree.promised is not None:
            return
        grown = term.tree.size - max(term.signed, 0)
        first = term.newest is None and term.tree.size == head
        late = time.monotonic() - term.signed_at >= self._settings.interval
        if first or (grown and (late or grown >= self._pace.events)):
            await self._signed(term)

    async def _wait(self, term: _Tenure) -> None:
        if term.tree.size < self._head:
            return
        due = self._settings.interval - (time.monotonic() - term.signed_at)
        within = min(self._pace.look, max(due, 0.01)) if term.tree.size > term.signed else self._pace.look
        if await self._news.wait(term.tree.size, within) > term.tree.size:
            await asyncio.sleep(min(self._pace.gather, within))

    async def _look(self, term: _Tenure) -> int:
        """The log's end. Raises ``SigningRefused`` where it is before the tree's."""
        self._head = int(await term.tree.writing.fetchval("select seq from log.head()"))
        if self._head < term.tree.size:
            raise SigningRefused(Flaw("shorter", self._head + 1))
        return self._head

    async def _still_signed(self, term: _Tenure) -> None:
        """Raises ``SigningRefused`` where the newest checkpoint, or a key, is not what it was or cannot be read; what
        ``_key`` raises, and ``Overtaken``."""
        await self._key(term.tree.writing)
        stored = await read_note(term.tree.writing)
        if stored is not None and stored.checkpoint.size > term.signed:
            raise store.Overtaken("another notary has signed meanwhile")
        if (stored and stored.note.text) != (term.newest and term.newest.note.text):
            raise SigningRefused(
                Flaw("signature", None, f"the checkpoint of size {term.signed} is not as it was stored")
            )

    async def _signed(self, term: _Tenure) -> SignedCheckpoint:
        """The checkpoint of the tree as it is, made where there is none of its size."""
        size, connection = term.tree.size, term.tree.writing
        if size == term.signed and (stored := await read_note(connection, size)) is not None:
            return stored
        signer = await self._key(connection)
        root = term.tree.frontier.root()
        await selfcheck.check_some(connection, size, root, samples=1)
        change = await term.tree.change(term.top, max(term.signed, 0))
        term.top.update(change.buckets)
        made = Checkpoint(self._settings.origin, size, root, term.top.root)
        signature = signer.sign(made.body())
        note = Note(made.body(), (signature,))
        await store.put_checkpoint(
            connection,
            made,
            change,
            before=term.signed,
            signer=signer.verifier,
            signature=signature,
            remember=lambda: self._recall.remember(SignedCheckpoint(made, note)),
        )
        term.tree.heads.settled()
        term.newest, term.signed_at = SignedCheckpoint(made, note), time.monotonic()
        logger.info("notary.signed", size=size, streams=len(change.entries), root=made.root.hex())
        return term.newest

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[_Tenure]:
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
                self._term = None
                raise

    async def _key(self, connection: Connection) -> Signer:
        signer = await key_in_force(connection, self._settings.key, make_for=self._settings.origin)
        if signer.name != self._settings.origin:
            raise KeyRefused(f"the key is named {signer.name}, and the log {self._settings.origin}")
        return signer

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
        self._finding, self._term = finding, None
