"""Group commit: callers of one process who append at the same time share one call of ``log.append``.

The first caller goes at once; whoever comes while a call is under way goes with the next. Each command is judged by
itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.contracts.core import Context, Event, derived_id, event_type
from shared.eventlog.codec import encode
from shared.eventlog.errors import CategoryForbidden, CommandReused, EventLogError, LogUnavailable, VersionConflict
from shared.eventlog.trouble import Pauses, passes

_CALL = f"call log.append({', '.join(f'${n}' for n in range(1, 16))}, null, null, null, null, null)"
_SETTINGS = {
    "application_name": "juqu append",
    # A plan made while the table is small must serve when it is large, and planning costs more than the work.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "jit": "off",
    # Should this process stop in the middle of sending a call, the server ends it.
    "transaction_timeout": "5s",
}
_INT4 = 2**31
_FAREWELL = 3.0


@dataclass(frozen=True, slots=True)
class Appended:
    """Where events stand: first and last ``seq``, the stream's version after them, when they were recorded.

    ``replayed`` says that the command had been written before and this is its first result.
    """

    first_seq: int
    last_seq: int
    version: int
    recorded_at: datetime
    replayed: bool


Fact = tuple[str, int, bool, str]
"""An event as it is stored: type, schema version, whether internal, data."""


@dataclass(slots=True, eq=False)
class Pending:
    """One caller's command on its way."""

    stream: str
    expected_version: int
    context: Context
    facts: list[Fact]
    deadline: float
    answer: asyncio.Future[Appended]

    @property
    def waiting(self) -> bool:
        """Whether its caller still waits."""
        return not self.answer.done()

    def fail(self, error: Exception) -> None:
        """Tell its caller, who may have gone."""
        if self.waiting:
            self.answer.set_exception(error)

    def settle(self, status: str, first: int, last: int, version: int, recorded_at: datetime) -> None:
        """Tell its caller what became of the command."""
        if not self.waiting:
            return
        if status in {"ok", "duplicate"}:
            self.answer.set_result(Appended(first, last, version, recorded_at, status == "duplicate"))
        else:
            self.answer.set_exception(self._refusal(status, version))

    def _refusal(self, status: str, version: int) -> EventLogError:
        match status:
            case "conflict":
                return VersionConflict(self.stream, self.expected_version, version)
            case "reused":
                return CommandReused(self.context.command_id)
            case "forbidden":
                return CategoryForbidden(self.stream)
            case _:
                raise ValueError(f"log.append answered {status}")


class Appender:
    """One connection's appends, in groups of at most ``group`` events; ``room`` callers may wait, further ones are held
    back before. A call without an answer is sent again, for at most ``patience`` seconds a command."""

    def __init__(self, url: str, *, group: int = 256, room: int = 4096, patience: float = 15.0) -> None:
        self._url = url
        self._group = group
        self._room = asyncio.Semaphore(room)
        self._patience = patience
        self._queue: deque[Pending] = deque()
        self._flight: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._closed = False

    async def append(self, stream: str, expected_version: int, events: Sequence[Event], context: Context) -> Appended:
        """See ``EventLog.append``."""
        async with self._room:
            if self._closed:
                raise LogUnavailable("the log is closed")
            pending = self._pending(stream, expected_version, events, context)
            self._queue.append(pending)
            if self._flight is None:
                # It starts once all who are ready now have queued up.
                self._flight = asyncio.create_task(self._fly(), name="log.append")
            return await pending.answer

    async def close(self) -> None:
        """Finish what is under way, then let go of the connection."""
        self._closed = True
        if self._flight is not None:
            await asyncio.wait([self._flight], timeout=_FAREWELL)
        if self._flight is not None:
            self._flight.cancel()
            with suppress(asyncio.CancelledError):
                await self._flight
        self._drop()

    def _pending(self, stream: str, expected_version: int, events: Sequence[Event], context: Context) -> Pending:
        if not events:
            raise ValueError("nothing to append")
        if not 0 <= expected_version < _INT4 - len(events):
            raise ValueError(f"no version: {expected_version}")
        actor = context.actor
        for text in (stream, actor.subject, actor.office, context.correlation_id, context.policy_version):
            if "\0" in text:
                raise ValueError("NUL in text")
            text.encode()
        loop = asyncio.get_running_loop()
        facts = [_fact(event) for event in events]
        return Pending(stream, expected_version, context, facts, loop.time() + self._patience, loop.create_future())

    async def _fly(self) -> None:
        try:
            while self._queue:
                group = self._next_group()
                try:
                    await self._send(group)
                except Exception as error:  # noqa: BLE001 - its callers are told
                    _fail(group, error)
                except BaseException:
                    _fail([*group, *self._queue], LogUnavailable("the log was closed meanwhile"))
                    self._queue.clear()
                    raise
                # Those who have their answer may append again at once, and then share the next call.
                await asyncio.sleep(0)
        finally:
            self._flight = None

    def _next_group(self) -> list[Pending]:
        """The next callers; of several on one stream or with one command id the first, the others go later."""
        group: list[Pending] = []
        later: list[Pending] = []
        streams: set[str] = set()
        commands = set()
        size = 0
        while self._queue and (not group or size + len(self._queue[0].facts) <= self._group):
            pending = self._queue.popleft()
            if not pending.waiting:
                continue
            if pending.stream in streams or pending.context.command_id in commands:
                later.append(pending)
                continue
            streams.add(pending.stream)
            commands.add(pending.context.command_id)
            group.append(pending)
            size += len(pending.facts)
        self._queue.extendleft(reversed(later))
        return group

    async def _send(self, group: list[Pending]) -> None:
        """Have a group answered, sending it again while trouble passes: the command ids make that safe."""
        loop = asyncio.get_running_loop()
        pauses = Pauses()
        error: Exception | None = None
        while group := _still_waiting(group, loop.time(), error):
            try:
                async with asyncio.timeout_at(min(pending.deadline for pending in group)):
                    await self._call(group)
                    return
            except Exception as failed:  # noqa: BLE001 - its callers are told
                self._drop()
                error = failed
                if not passes(failed):
                    break
            await pauses.take()
        if len(group) > 1:
            # One of them cannot be stored (which the server says of all): each goes alone, so that only that one fails.
            for pending in group:
                await self._send([pending])
        elif isinstance(error, asyncpg.InsufficientPrivilegeError):
            _fail(group, CategoryForbidden(group[0].stream))
        elif error is not None:
            _fail(group, error)

    async def _call(self, group: list[Pending]) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=5)
        row = await self._connection.fetchrow(_CALL, *_arguments(group))
        if row is None:
            raise ValueError("log.append gave no answer")
        for pending, *answer in zip(group, *row, strict=True):
            pending.settle(*answer)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _fact(event: Event) -> Fact:
    kind = event_type(event)
    return kind.name, kind.version, kind.internal, encode(event)


def _arguments(group: Sequence[Pending]) -> list[list[object]]:
    """The arrays that ``log.append`` takes, in its order."""
    contexts = [pending.context for pending in group]
    facts = [fact for pending in group for fact in pending.facts]
    return [
        [context.command_id for context in contexts],
        [pending.stream for pending in group],
        [pending.expected_version for pending in group],
        [len(pending.facts) for pending in group],
        [context.actor.subject for context in contexts],
        [context.actor.office for context in contexts],
        [context.effective_on for context in contexts],
        [context.correlation_id for context in contexts],
        [context.causation_id for context in contexts],
        [context.policy_version for context in contexts],
        [derived_id(each.context.command_id, str(n)) for each in group for n in range(len(each.facts))],
        *(list(column) for column in zip(*facts, strict=True)),
    ]


def _still_waiting(group: Iterable[Pending], now: float, error: Exception | None) -> list[Pending]:
    """Those who wait and still may; the others are told that there was no answer in time."""
    group = [pending for pending in group if pending.waiting]
    for pending in group:
        if error is not None and pending.deadline <= now:
            told = LogUnavailable(f"no answer in time: {error or type(error).__name__}")
            told.__cause__ = error
            pending.fail(told)
    return [pending for pending in group if pending.waiting]


def _fail(group: Iterable[Pending], error: Exception) -> None:
    for pending in group:
        pending.fail(error)


__all__ = ["Appended", "Appender"]
