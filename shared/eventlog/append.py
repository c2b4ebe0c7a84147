"""Group commit: callers of one process who append at the same time share one call of ``log.append``.

The first caller goes at once; callers that come while a call is under way share the next one. Each command is judged by
itself. When many wait, two calls take turns: while the server works on one, the other is made ready. Where calls have
had one caller each for a while, the next one makes its call by itself, without a task in between.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contracts.core import Context, Event
from shared.eventlog.epochs import Epochs
from shared.eventlog.errors import LogUnavailable
from shared.eventlog.fact import facts
from shared.eventlog.lane import Lane
from shared.eventlog.pending import Appended, Pending, fail

LANES = 2
WORTH_A_LANE = 12
"""How many waiting callers justify a second call beside the one that is under way."""
LONELY = 8
"""After this many calls with a single command, a caller who finds nobody waiting makes the call directly."""

_INT4 = 2**31
_FAREWELL = 3.0


class Appender:
    """Appends in groups of at most ``group`` events; ``room`` callers may wait in the queue, further ones wait before
    it. A call without an answer is sent again, for at most ``patience`` seconds a command."""

    def __init__(
        self,
        url: str,
        *,
        group: int = 256,
        room: int = 4096,
        patience: float = 15.0,
        epochs: Epochs | None = None,
    ) -> None:
        self._epochs = epochs or Epochs()
        self._group = group
        self._room = asyncio.Semaphore(room)
        self._patience = patience
        self._queue: deque[Pending] = deque()
        self._idle = [Lane(url, self._epochs) for _ in range(LANES)]
        self._flights: set[asyncio.Task[None]] = set()
        self._sending = 0
        self._alone = 0
        self._loner: tuple[Lane, Pending] | None = None
        self._closed = False

    async def append(
        self,
        stream: str,
        expected_version: int,
        events: Sequence[Event],
        context: Context,
        texts: Sequence[str] | None = None,
    ) -> Appended:
        """See ``EventLog.append``; ``texts`` are the events' where they are not simply encoded."""
        if self._closed:
            raise LogUnavailable("the log is closed")
        if self._alone >= LONELY and len(self._idle) == LANES:
            return await self._go_alone(self._pending(stream, expected_version, events, context, texts))
        async with self._room:
            if self._closed:
                raise LogUnavailable("the log is closed")
            pending = self._pending(stream, expected_version, events, context, texts)
            self._queue.append(pending)
            self._take_off()
            return await pending.answer

    async def close(self) -> None:
        """Finish what is under way, for three seconds at most, then let go of the connections."""
        self._closed = True
        flights = list(self._flights)
        under_way: list[asyncio.Future[Any]] = [*flights]
        if self._loner:
            under_way.append(self._loner[1].answer)
        if under_way:
            await asyncio.wait(under_way, timeout=_FAREWELL)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        if self._loner:
            lane, pending = self._loner
            pending.fail(LogUnavailable("the log was closed meanwhile"))
            lane.drop()
        fail(self._queue, LogUnavailable("the log was closed meanwhile"))
        self._queue.clear()
        for lane in self._idle:
            lane.drop()

    def _pending(
        self,
        stream: str,
        expected_version: int,
        events: Sequence[Event],
        context: Context,
        texts: Sequence[str] | None,
    ) -> Pending:
        if not events:
            raise ValueError("nothing to append")
        if not 0 <= expected_version < _INT4 - len(events):
            raise ValueError(f"no version: {expected_version}")
        actor = context.actor
        text = f"{stream}{actor.recorded}{actor.office}{context.correlation_id}{context.policy_version}"
        if "\0" in text:
            raise ValueError("NUL in text")
        text.encode()
        loop = asyncio.get_running_loop()
        sent = facts(stream, expected_version, events, context, texts)
        deadline = loop.time() + self._patience
        return Pending(
            stream,
            expected_version,
            context.command_id,
            sent,
            deadline,
            loop.create_future(),
            self._epochs.current,
            max(self._epochs.seen, self._epochs.rested),
        )

    def _take_off(self) -> None:
        if len(self._idle) == LANES or (self._idle and len(self._queue) >= WORTH_A_LANE):
            # The flight begins once all who are ready now have queued up.
            flight = asyncio.create_task(self._fly(self._idle.pop()), name="log.append")
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)

    async def _go_alone(self, pending: Pending) -> Appended:
        lane = self._idle.pop()
        self._loner = (lane, pending)
        try:
            await lane.send([pending])
        finally:
            self._loner = None
            self._idle.append(lane)
            if self._closed:
                lane.drop()
            elif self._queue:
                self._alone = 0
                self._take_off()
        return pending.answer.result()

    async def _fly(self, lane: Lane) -> None:
        try:
            while group := self._next_group():
                self._take_off()
                self._alone = self._alone + 1 if len(group) == 1 else 0
                self._sending += 1
                try:
                    await lane.send(group)
                except Exception as error:  # noqa: BLE001 - its callers are told
                    fail(group, error)
                except asyncio.CancelledError:
                    fail(group, LogUnavailable("the log was closed meanwhile"))
                    raise
                finally:
                    self._sending -= 1
                if self._alone >= LONELY and not self._queue:
                    return
                # Those who have their answer may append again at once, and then share the next call.
                await asyncio.sleep(0)
        finally:
            self._idle.append(lane)

    def _next_group(self) -> list[Pending]:
        """The next callers, an equal share for each lane that is free; of several with one command id the first."""
        group: list[Pending] = []
        later: list[Pending] = []
        commands: set[UUID] = set()
        seats = max(WORTH_A_LANE, -(-len(self._queue) // (LANES - self._sending)))
        room = self._group
        while self._queue and seats and (not group or len(self._queue[0].facts) <= room):
            pending = self._queue.popleft()
            if not pending.waiting:
                continue
            if pending.command_id in commands:
                later.append(pending)
                continue
            commands.add(pending.command_id)
            group.append(pending)
            room -= len(pending.facts)
            seats -= 1
        self._queue.extendleft(reversed(later))
        return group


__all__ = ["Appended", "Appender"]
