"""Ordered subscriptions: a follower sees every published event of its services once, in the log's order.

Redis brings the events within milliseconds and may lose them at any moment; the follower's own position and the log
say what is true. So an entry is taken in only if it follows on what was taken in before; after a gap the log is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

import structlog

from shared.contracts.core import Envelope
from shared.eventlog.codec import StoredEvent
from shared.eventlog.epochs import Footing
from shared.eventlog.log import EventLog
from shared.eventlog.wording import describe
from shared.messaging.backlog import Backlog, footing_on
from shared.messaging.cloudevents import Published
from shared.messaging.entries import Entries, RawEntry
from shared.messaging.follower import Follower, SubscriptionPace, SubscriptionStatus, everything
from shared.projections.positions import LogLostEvents, PositionMoved, Superseded
from shared.retrying import Pauses, retry
from shared.tasks import end

T = TypeVar("T")

logger = structlog.get_logger("messaging.subscription")


class _Ended(Exception):
    """The subscription is stopping, or its follower must not go on."""


class Subscription:
    """One follower's position in the log. Redis moves it on (``deliver``), or a look at the log where Redis does not.

    ``source`` is the stream that ``deliver`` is fed from; ``None`` follows the log alone, which is what internal events
    need. ``categories`` are the services followed; ``None`` is all. Events that the follower is not concerned with are
    neither decoded nor given to it.
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
        self._backlog = Backlog(
            log,
            categories=categories,
            include_internal=include_internal,
            concerned_with=concerned_with,
            page=self.pace.page,
        )
        self._entries = Entries(follower.name, on_noise)
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._live = False
        self._looked_back = 0.0
        self._gaps = self._beyond = 0
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
            head=max(self._backlog.seen, self.position),
            lag=-self._beyond or max(0, self._backlog.seen - self.position),
            gaps=self._gaps,
            noise=self._entries.noise,
            trouble=self._ended or self._trouble,
        )

    async def deliver(self, entries: Sequence[RawEntry]) -> None:
        """Take in what Redis brought. Raises only when cancelled: what it cannot take in, the log will bring."""
        async with self._lock:
            with suppress(_Ended):
                published = [event for entry in entries if (event := self._read(entry)) is not None]
                opened = await self._insist(lambda: self._log.opened([event.event for event in published]))
                await self._take(
                    [Published(event.prev, row, event.epoch) for event, row in zip(published, opened, strict=True)]
                )

    async def _take(self, events: Sequence[Published]) -> None:
        page: list[Envelope] = []
        last: StoredEvent | None = None
        upto = self.position
        for event in events:
            if event.seq <= upto:
                continue
            follows_on = event.prev <= upto and self._is_of_this_log(event)
            decoded = self._entries.decode(event) if follows_on else None
            if decoded is None:
                await self._apply(page, upto, footing_on(self._log.epochs.current, last))
                self._gaps += 1
                await self._catch_up()
                page, last, upto = [], None, self.position
                if event.seq > upto:
                    self._entries.reject(event, "the log does not hold it")
                continue
            if self._backlog.wants(decoded):
                page.append(decoded)
            last, upto = event.event, event.seq
        if upto > self.position:
            await self._apply(page, upto, footing_on(self._log.epochs.current, last))
            self._live = self.position == upto

    def _read(self, entry: RawEntry) -> Published | None:
        return self._entries.read(entry, self.position)

    def _is_of_this_log(self, event: Published) -> bool:
        """Whether the log could hold an entry, by the epoch that it names; that it does is seen when it is applied."""
        current = self._log.epochs.of(event.seq)
        return current is not None and event.epoch in {None, current}

    async def _watch(self) -> None:
        """Bring from the log what Redis does not bring in time."""
        with suppress(_Ended):
            self.position = await self._insist(self._ask_position)
            self.placed.set()
            known = 0
            while True:
                target = await self._insist(self._backlog.head)
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
        """Wait for Redis to bring it; without Redis, for a breath since the last read of the log."""
        if target <= self.position:
            return
        if self.source is not None:
            await asyncio.sleep(self.pace.grace / 2)
        elif (rest := self._backlog.read_at + self.pace.breath - time.monotonic()) > 0:
            await asyncio.sleep(rest)

    async def _news(self, known: int) -> int:
        return await self._insist(lambda: self._log.wait_for_news(known, self.pace.idle))

    async def _look_back(self) -> None:
        """Notice a position that was set back (a rebuild, a restored database) while nothing came."""
        self._looked_back = time.monotonic()
        async with self._lock:
            self.position = min(self.position, await self._insist(self._ask_position))

    async def _ask_position(self) -> int:
        """Where the follower is. Raises ``LogLostEvents`` where it lies beyond the log's end: whether by a failover
        or a restored backup, what was taken in is gone, and other events will come under its numbers."""
        position = await self.follower.position()
        head = await self._log.head()
        self._beyond = max(0, position - head)
        if self._beyond:
            await self._log.declare_loss()
            raise LogLostEvents(
                f"{self.follower.name} is at seq {position}, and the log ends at {head}: "
                "events that it took in are lost. What can be rebuilt is, when the service is started again"
            )
        return position

    async def _catch_up(self) -> None:
        """Take in from the log all there is up to its end. The lock is held."""
        epoch, head = await self._insist(self._backlog.end)
        while self.position < head:
            before = self.position
            portion = await self._insist(partial(self._backlog.portion, before, head))
            await self._apply(portion.events, portion.upto, footing_on(epoch, portion.last))
            if self.position <= before:
                await asyncio.sleep(self.pace.breath)
                epoch, head = await self._insist(self._backlog.end)
        self.moved()

    async def _apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None) -> None:
        """Have the follower take in a page, however long that takes. Nothing is applied if its position went back."""
        start = self.position
        self._log.epochs.rest_on(upto)

        async def once() -> None:
            try:
                if upto > self.position >= start:
                    fresh = [envelope for envelope in page if envelope.seq > self.position]
                    await self.follower.apply(fresh, upto, footing)
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


__all__ = ["Subscription"]
