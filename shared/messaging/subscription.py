"""Ordered subscriptions: a follower sees every published event of its services once, in the log's order.

Redis brings the events within milliseconds and may lose them at any moment; the follower's own checkpoint and the log
say what is true. So an entry is taken in only if it follows on what was taken in before; after a gap the log is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

import structlog

from shared.contracts.core import Envelope
from shared.eventlog.codec import StoredEvent, decode_or_raw
from shared.eventlog.envelopes import envelope
from shared.eventlog.epochs import Footing
from shared.eventlog.errors import EventLogError
from shared.eventlog.log import EventLog
from shared.eventlog.wording import describe
from shared.messaging.cloudevents import Published, parse_entry
from shared.messaging.follower import Follower, SubscriptionPace, SubscriptionStatus, everything
from shared.messaging.wire import seq_of
from shared.projections.positions import LogLostEvents, PositionMoved, Superseded
from shared.retrying import Pauses, retry
from shared.tasks import end

T = TypeVar("T")
RawEntry = tuple[str, dict[bytes, bytes]]
"""An entry as Redis gives it: its id and its fields."""

logger = structlog.get_logger("messaging.subscription")


class _Ended(Exception):
    """The subscription is stopping, or its follower must not go on."""


class Subscription:
    """One follower's place in the log, moved on by whoever brings events: ``deliver`` (Redis) or ``watch`` (the log).

    ``source`` is the stream that ``deliver`` is fed from; ``None`` follows the log alone, which is what internal events
    need. ``categories`` are the services followed; ``None`` is all. What the follower is not concerned with it is not
    given, and nobody decodes it.
    """

    def __init__(
        self,
        follower: Follower,
        log: EventLog,
        *,
        source: str | None,
        categories: Sequence[str] | None,
        include_internal: bool = False,
        pace: SubscriptionPace | None = None,
        on_noise: Callable[[str, str, str], None] | None = None,
        concerned_with: Callable[[StoredEvent], bool] = everything,
    ) -> None:
        if include_internal and source is not None:
            raise ValueError("internal events are not on the streams; follow the log (source=None)")
        self.follower = follower
        self.source = source
        self.pace = pace or SubscriptionPace()
        self.position = 0
        self.stopping = False
        self.placed = asyncio.Event()
        self.alive: Callable[[], bool] = lambda: True
        self.moved: Callable[[], None] = lambda: None
        self._log = log
        self._categories = tuple(categories) if categories is not None else None
        self._internal = include_internal
        self._on_noise = on_noise
        self._concerned_with = concerned_with
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._live = False
        self._read_at = self._looked_back = 0.0
        self._seen = self._gaps = self._noise = 0
        self._noisy: dict[str, None] = {}
        self._beyond = 0
        self._trouble = ""
        self._ended = ""

    async def start(self) -> None:
        """Begin: ask the follower where it is, then watch the log. ``placed`` is set once ``position`` is known."""
        self.stopping = False
        self._task = asyncio.create_task(self._watch(), name=f"subscription {self.follower.name}")

    async def stop(self) -> None:
        """Stop watching; what is being applied is finished or left to the transaction's end."""
        self.stopping = True
        if self._task is not None:
            await end(self._task)

    def status(self) -> SubscriptionStatus:
        """How it does now; ``head`` as last seen, at most ``SubscriptionPace.idle`` seconds ago."""
        running = self._task is not None and not self._task.done() and not self._ended and self.alive()
        return SubscriptionStatus(
            name=self.follower.name,
            source=self.source,
            running=running,
            live=self._live,
            position=self.position,
            head=max(self._seen, self.position),
            lag=-self._beyond or max(0, self._seen - self.position),
            gaps=self._gaps,
            noise=self._noise,
            trouble=self._ended or self._trouble,
        )

    async def deliver(self, entries: Sequence[RawEntry]) -> None:
        """Take in what Redis brought. Never raises but when cancelled: what it cannot take in, the log will bring."""
        async with self._lock:
            with suppress(_Ended):
                found = [event for each in entries if (event := self._read(each)) is not None]
                opened = await self._insist(lambda: self._log.opened([each.event for each in found]))
                await self._take(
                    [Published(each.prev, event, each.epoch) for each, event in zip(found, opened, strict=True)]
                )

    async def _take(self, events: Sequence[Published]) -> None:
        page: list[Envelope] = []
        last: StoredEvent | None = None
        upto = self.position
        for event in events:
            if event.seq <= upto:
                continue
            if event.prev > upto or not self._is_of_this_log(event) or (decoded := self._decoded(event)) is None:
                await self._apply(page, upto, _footing(self._log.epochs.current, last))
                self._gaps += 1
                await self._catch_up()
                page, last, upto = [], None, self.position
                if event.seq > upto:
                    self._hear(f"{event.seq}-0", "the log does not hold it")
                continue
            if self._wants(decoded):
                page.append(decoded)
            last, upto = event.event, event.seq
        if upto > self.position:
            await self._apply(page, upto, _footing(self._log.epochs.current, last))
            self._live = self.position == upto

    def _is_of_this_log(self, event: Published) -> bool:
        """Whether the log could hold an entry, by the epoch that it names; that it does is seen when it is applied."""
        current = self._log.epochs.of(event.seq)
        return current is not None and event.epoch in {None, current}

    def _read(self, entry: RawEntry) -> Published | None:
        found_id, found = entry
        try:
            if seq_of(found_id) <= self.position and found_id.endswith("-0"):
                return None
            return parse_entry(found_id, found)
        except ValueError as error:
            self._hear(found_id, str(error))
            return None

    def _decoded(self, event: Published) -> Envelope | None:
        try:
            return envelope(event.event)
        except EventLogError as error:
            self._hear(f"{event.seq}-0", str(error))
            return None

    def _wants(self, event: Envelope) -> bool:
        return self._categories is None or event.category in self._categories

    def _hear(self, found_id: str, reason: str) -> None:
        if found_id in self._noisy:
            return
        self._noisy[found_id] = None
        if len(self._noisy) > 1000:
            del self._noisy[next(iter(self._noisy))]
        self._noise += 1
        logger.warning("subscription.noise", follower=self.follower.name, entry=found_id, reason=reason)
        if self._on_noise is not None:
            self._on_noise(self.follower.name, found_id, reason)

    async def _watch(self) -> None:
        """Bring from the log what Redis does not bring in time."""
        with suppress(_Ended):
            self.position = await self._insist(self._place)
            self.placed.set()
            known = 0
            while True:
                target = await self._insist(self._head)
                await self._give_grace(target)
                async with self._lock:
                    if self.position < target:
                        self._live = False
                        await self._catch_up()
                before = max(known, target)
                known = await self._news(before)
                await self._give_grace(known)
                if known == before or time.monotonic() - self._looked_back > self.pace.idle:
                    await self._look_back()

    async def _give_grace(self, target: int) -> None:
        """Wait for Redis to bring it; without Redis, until a breath has passed since the last look at the log."""
        if target <= self.position:
            return
        if self.source is not None:
            await asyncio.sleep(self.pace.grace / 2)
        elif (rest := self._read_at + self.pace.breath - time.monotonic()) > 0:
            await asyncio.sleep(rest)

    async def _news(self, known: int) -> int:
        return await self._insist(lambda: self._log.wait_for_news(known, self.pace.idle))

    async def _look_back(self) -> None:
        """Notice a checkpoint that was set back (a rebuild, a restored database) while nothing came."""
        self._looked_back = time.monotonic()
        async with self._lock:
            self.position = min(self.position, await self._insist(self._place))

    async def _place(self) -> int:
        """The follower's checkpoint. Raises ``LogLostEvents`` where it lies beyond the log's end: whether by a failover
        or a restored backup, what was taken in is gone, and other events will come under its numbers."""
        place = await self.follower.position()
        head = await self._log.head()
        self._beyond = max(0, place - head)
        if self._beyond:
            await self._log.declare_loss()
            raise LogLostEvents(
                f"{self.follower.name} is at seq {place}, and the log ends at {head}: events that it took in are lost. "
                "What can be rebuilt is, when the service is started again"
            )
        return place

    async def _catch_up(self) -> None:
        """Take in from the log all there is up to its end. The lock is held."""
        epoch, head = await self._insist(self._end)
        while self.position < head:
            before = self.position
            page, upto, last = await self._insist(self._page_upto(head))
            await self._apply(page, upto, _footing(epoch, last))
            if self.position <= before:
                await asyncio.sleep(self.pace.breath)
                epoch, head = await self._insist(self._end)
        self.moved()

    async def _end(self) -> tuple[UUID | None, int]:
        """The log's end, and the epoch in which it is there."""
        epoch = self._log.epochs.current
        head = await self._log.head()
        return epoch or self._log.epochs.current, head

    def _page_upto(self, head: int) -> Callable[[], Awaitable[tuple[list[Envelope], int, StoredEvent | None]]]:
        return lambda: self._read_page(head)

    async def _read_page(self, head: int) -> tuple[list[Envelope], int, StoredEvent | None]:
        """The events of a page that the follower is concerned with, how far the page goes, and its last event."""
        self._read_at = time.monotonic()
        rows = await self._log.read_raw(
            self.position,
            limit=self.pace.page,
            categories=self._categories,
            until=head,
            include_internal=self._internal,
        )
        upto = head if len(rows) < self.pace.page else rows[-1].seq
        opened = await self._log.opened([each for each in rows if self._concerned_with(each)])
        return [envelope(each, decoding=decode_or_raw) for each in opened], upto, rows[-1] if rows else None

    async def _head(self) -> int:
        self._seen = await self._log.head(self._categories, include_internal=self._internal)
        return self._seen

    async def _apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None) -> None:
        """Have the follower take in a page, however long it takes; nothing is applied where its checkpoint went
        back."""
        start = self.position
        self._log.epochs.rest_on(upto)

        async def once() -> None:
            try:
                if upto > self.position >= start:
                    await self.follower.apply([each for each in page if each.seq > self.position], upto, footing)
                    self.position = upto
            except Exception as error:
                if not isinstance(error, Superseded):
                    self.position = await self.follower.position()
                if not isinstance(error, PositionMoved):
                    raise

        await self._insist(once)

    async def _insist(self, action: Callable[[], Awaitable[T]]) -> T:
        """Do it until it succeeds. Raises ``_Ended`` when the subscription stops or its follower must not go on."""
        pauses = Pauses(0.05, self.pace.retry)

        async def attempt() -> T:
            if self.stopping or self._ended:
                raise _Ended
            try:
                result = await action()
            except Superseded as error:
                self._ended = str(error)
                logger.error("subscription.superseded", follower=self.follower.name, reason=self._ended)
                raise _Ended from None
            self._trouble = ""
            return result

        def outlives(error: Exception) -> bool:
            """Any error but its end: the event must not be skipped."""
            if isinstance(error, _Ended):
                return False
            self._trouble = describe(error)
            logger.warning("subscription.retry", follower=self.follower.name, error=self._trouble, pause=pauses.next)
            return True

        return await retry(attempt, outlives=outlives, pauses=pauses)


def _footing(epoch: UUID | None, last: StoredEvent | None) -> Footing | None:
    if epoch is None:
        return None
    return Footing(epoch, last.seq, last.event_id) if last else Footing(epoch)
