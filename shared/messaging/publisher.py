"""The publisher: follows the log by ``seq`` and keeps a copy of its published events in Redis Streams.

Each event goes to ``events.<service>`` and to ``events.all`` under the entry id ``<seq>-0``. Redis is asked where a
stream ends, so a publisher keeps no state of its own. A restarted or second publisher goes on from there, also after
Redis was flushed, restarted or replaced. After a failover or restore of the log, entries that the log no longer holds
are first taken out of the streams.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from shared.eventlog.leadership import LOCK, Leadership
from shared.eventlog.log import EventLog
from shared.eventlog.wording import describe
from shared.messaging.cloudevents import ALL, stream_of
from shared.messaging.pages import Copy, Page, Pages
from shared.messaging.repair import ForeignStream, recover_tail
from shared.messaging.wire import Batch, StreamAppender, entry_id
from shared.retrying import Pauses, run_for_ever
from shared.tasks import heed_cancellation

logger = structlog.get_logger("messaging.publisher")


@dataclass(frozen=True, slots=True)
class PublisherStatus:
    """How the publisher does. ``lag`` counts the log's events that are not published yet (internal ones included);
    ``faults`` names the streams it leaves alone, and why; ``lost`` those that held events which the log has lost, and
    which, since it leads; ``epoch`` is the log's; ``compared`` says that it leads and has held every stream against
    the log; ``trouble`` says why it makes no progress now."""

    role: str
    head: int
    position: int
    lag: int
    tails: dict[str, int]
    faults: dict[str, str]
    lost: dict[str, str]
    epoch: str
    compared: bool
    trouble: str

    @property
    def healthy(self) -> bool:
        """Whether it leads or stands by without trouble or fault."""
        return self.role in {"leading", "standby"} and not self.trouble and not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherPace:
    """``page`` events are read at once; the streams are looked at every ``look`` seconds, trimmed every ``trim``
    seconds to events younger than ``retention``, counted back from the newest event."""

    page: int = 500
    look: float = 1.0
    trim: float = 600.0
    retention: timedelta = timedelta(days=30)


@dataclass(slots=True)
class _Tenure:
    """One tenure of leadership: its session, its connection to Redis, and what it remembers."""

    leadership: Leadership
    appender: StreamAppender
    copies: list[Copy]
    passed: int
    epoch: UUID | None
    looked: float = float("-inf")
    trimmed: float = float("-inf")

    @property
    def position(self) -> int:
        """The seq up to which every stream that is not left alone holds all."""
        return min((copy.reached for copy in self.copies if copy.aligned), default=self.passed)


class Publisher:
    """Publishes while it leads, stands by otherwise. ``services`` are the categories that have a stream of their
    own."""

    def __init__(
        self,
        log: EventLog,
        *,
        database_url: str,
        redis_url: str,
        services: Sequence[str],
        pace: PublisherPace | None = None,
        lock: int = LOCK,
    ) -> None:
        self._log = log
        self._database_url = database_url
        self._redis_url = redis_url
        self._services = tuple(services)
        self._pace = pace or PublisherPace()
        self._lock = lock
        self._role = "stopped"
        self._trouble = ""
        self._head = 0
        self._lost: dict[str, str] = {}
        self._tenure: _Tenure | None = None

    async def run(self) -> None:
        """Lead or stand by until cancelled; resumes by itself when Redis or PostgreSQL come back."""
        try:
            await run_for_ever(self._serve, troubled=self._troubled, pauses=Pauses(0.1, 2.0))
        finally:
            self._role = "stopped"

    def _troubled(self, error: Exception) -> None:
        self._trouble = describe(error)
        logger.warning("publisher.trouble", error=self._trouble, role=self._role)

    def status(self) -> PublisherStatus:
        """How it does now; ``head`` as last seen, at most ``PublisherPace.look`` seconds ago."""
        copies = self._tenure.copies if self._tenure else []
        position = self._tenure.position if self._tenure else self._head
        return PublisherStatus(
            role=self._role,
            head=self._head,
            position=position,
            lag=max(0, self._head - position),
            tails={copy.name: copy.tail for copy in copies},
            faults={copy.name: copy.fault for copy in copies if copy.fault},
            lost=dict(self._lost),
            epoch=str(self._log.epochs.current or ""),
            compared=bool(copies) and all(copy.aligned or copy.fault for copy in copies),
            trouble=self._trouble,
        )

    async def _serve(self) -> None:
        async with Leadership(self._database_url, lock=self._lock) as leadership:
            self._role = "standby"
            while not await leadership.claim():
                heed_cancellation()
                self._trouble = ""
                self._head = await self._log.wait_for_news(2**63, self._pace.look)
            async with StreamAppender(self._redis_url) as appender:
                try:
                    copies = [Copy(stream_of(service), service) for service in self._services]
                    head = self._head = await self._log.head()
                    epoch = self._log.epochs.current
                    self._tenure = _Tenure(leadership, appender, [Copy(ALL, None), *copies], head, epoch)
                    self._role = "leading"
                    await self._lead(self._tenure)
                finally:
                    self._role, self._tenure = "standby", None

    async def _lead(self, tenure: _Tenure) -> None:
        while True:
            heed_cancellation()
            self._heed_epoch(tenure)
            now = time.monotonic()
            if now - tenure.looked >= self._pace.look:
                await tenure.leadership.claim()
                await self._look(tenure)
                self._trouble, tenure.looked = "", now
            if now - tenure.trimmed >= self._pace.trim:
                await self._trim(tenure)
                tenure.trimmed = now
            self._head = await self._log.wait_for_news(tenure.position, self._pace.look)
            await self._publish(tenure, self._head)
            tenure.passed = self._head

    def _heed_epoch(self, tenure: _Tenure) -> None:
        """After a failover, trust no stream until it has been compared with the log as it is now."""
        if tenure.epoch != self._log.epochs.current:
            tenure.epoch, tenure.looked = self._log.epochs.current, float("-inf")
            for copy in tenure.copies:
                copy.aligned, copy.reached = False, 0

    async def _look(self, tenure: _Tenure) -> None:
        """Compare where each stream ends with where it should, and settle those that differ."""
        tail_ids = await tenure.appender.append(Batch({copy.name: copy.tail_id for copy in tenure.copies}))
        for copy, tail_id in zip(tenure.copies, tail_ids, strict=True):
            if tail_id != copy.tail_id or not copy.aligned:
                await self._align(tenure, copy, tail_id)

    async def _publish(self, tenure: _Tenure, head: int) -> None:
        """Publish what the log holds up to ``head``, until it is time to look again: streams that are nearly complete
        come first, so that one that is refilled does not hold them up."""
        behind = [copy for copy in tenure.copies if copy.aligned and copy.reached < head]
        near = [copy for copy in behind if head - copy.reached <= self._pace.page]
        for copies in (near, [copy for copy in behind if copy not in near]):
            differing = await self._bring_up(tenure, copies, head)
            for copy in copies:
                if copy.name in differing:
                    await self._align(tenure, copy, differing[copy.name])

    async def _bring_up(self, tenure: _Tenure, copies: Sequence[Copy], head: int) -> dict[str, str]:
        """While Redis takes in a page, the next one is read and sent. Gives the streams that end elsewhere, and
        where."""
        due = tenure.looked + self._pace.look
        sent: deque[Page] = deque()
        differing: dict[str, str] = {}
        async with Pages(self._log, copies, head, self._pace.page) as pages:
            while page := await pages.next(ahead=time.monotonic() < due):
                heed_cancellation()
                if tenure.epoch != self._log.epochs.current:
                    break
                if page.batch.events:
                    await tenure.appender.send(page.batch)
                sent.append(page)
                if len(sent) > 1:
                    differing |= await _settle(tenure.appender, sent.popleft())
                if differing or not pages.more:
                    break
        while sent:
            differing |= await _settle(tenure.appender, sent.popleft())
        return differing

    async def _align(self, tenure: _Tenure, copy: Copy, tail_id: str) -> None:
        """Find where one stream has to be continued, or leave it alone and say why."""
        known, copy.aligned = copy.fault, False
        try:
            end = await recover_tail(tenure.appender.redis, self._log, copy.name, copy.categories, tail_id)
        except ForeignStream as error:
            copy.fault, copy.tail_id = str(error), tail_id
            if copy.fault != known:
                logger.error("publisher.foreign_stream", stream=copy.name, reason=copy.fault)
            return
        if end.lost:
            self._lost[copy.name] = end.lost
        logger.info("publisher.align", stream=copy.name, found=end.tail_id)
        copy.ends_at(end.tail_id)
        after = await self._log.seq_before(self._pace.retention)
        if copy.tail < after:
            copy.tail = await self._log.head(copy.categories, until=after)
        missing = await self._log.read_raw(max(copy.tail, after), limit=1, categories=copy.categories)
        copy.reached = missing[0].seq - 1 if missing else max(copy.tail, self._head)
        copy.aligned, copy.fault = True, ""

    async def _trim(self, tenure: _Tenure) -> None:
        """Drop what is older than the retention; whole nodes of the stream at a time, so a little stays longer."""
        oldest = await self._log.seq_before(self._pace.retention) + 1
        for copy in tenure.copies:
            if copy.aligned:
                await tenure.appender.redis.xtrim(copy.name, minid=entry_id(oldest), approximate=True)


async def _settle(appender: StreamAppender, page: Page) -> dict[str, str]:
    return page.settle(await appender.answer() if page.batch.events else [])
