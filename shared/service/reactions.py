"""Process managers: another service's event leads to a command of one's own, exactly once for each cause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Envelope
from shared.eventlog.codec import RawEvent, decode
from shared.eventlog.epochs import Footing
from shared.projections.parking import Log, Parking, Released, is_poison
from shared.projections.positions import Position, PositionMoved, Positions
from shared.service.todos import Do, Todo, do_all

TOGETHER = 64
"""Events that are considered together and done side by side."""


React = Callable[[Envelope], Sequence[Todo]]
"""What an event leads to. Pure."""

Consider = Callable[[Sequence[Envelope]], Awaitable[React]]
"""What events lead to where that depends on the service's own read models, as of each event. The models are read for
all events at once. ``TimeoutError``: not yet."""


def by_itself(react: React) -> Consider:
    """What depends on the event alone."""

    async def consider(_events: Sequence[Envelope]) -> React:
        return react

    return consider


class Reactions:
    """A follower that does what events lead to, and then moves its position.

    It may crash between the two: the command's id follows from the event, so that doing it again changes nothing. An
    event whose command is refused is parked and its stream held back. A rebuild of projections never comes here.
    """

    def __init__(self, engine: AsyncEngine, schema: str, name: str, consider: Consider, do: Do) -> None:
        self.name = name
        self.parking = Parking(engine, schema)
        self._engine = engine
        self._positions = Positions(schema)
        self._consider = consider
        self._do = do
        self._believed: int | None = None

    async def prepare(self, head: Callable[[], Awaitable[int]] | None = None) -> bool:
        """Create what is missing in the schema; a new process manager begins at the first event.

        So does one that acted on events that the log does not hold, or stands beyond its ``head`` (a seq): what it did
        is found in the log, and not done again. Whether that was found.
        """
        async with self._engine.begin() as connection:
            await self._positions.create(connection)
            await self.parking.create(connection)
            stored = await self._positions.lock(connection, self.name)
            unfounded = stored is not None and (not stored.held or (head is not None and stored.seq > await head()))
            if stored is None or unfounded:
                await self.parking.move(connection, self.name, None)
                await self._positions.put(connection, Position(name=self.name))
        return unfounded

    async def position(self) -> int:
        """The seq up to which everything is done. Raises ``LogLostEvents`` where the log does not hold it."""
        async with self._engine.connect() as connection:
            stored = await self._positions.read(connection, self.name)
        if stored is None:
            raise LookupError(f"{self.name} has no position; prepare it")
        stored.require_held()
        self._believed = stored.seq
        return stored.seq

    async def apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None = None) -> None:
        """Do what the events of a page lead to: in order for each stream and each aggregate, else side by side.

        Raises ``PositionMoved`` when the position went back (a restored database) or the log does not hold the
        ``footing``, before anything is done; connection and server errors.
        """
        for start in range(0, max(1, len(page)), TOGETHER):
            some = page[start : start + TOGETHER]
            await self._apply(some, upto if start + TOGETHER >= len(page) else some[-1].seq, footing)

    async def _apply(self, events: Sequence[Envelope], upto: int, footing: Footing | None) -> None:
        if not events and await self._passed(upto, footing):
            return
        async with self._engine.begin() as connection:
            stored = await self._positions.lock(connection, self.name, footing)
            if stored is None or self._believed is None or stored.seq < self._believed:
                self._believed = None
                raise PositionMoved(f"{self.name} went back; read on from its position")
            if upto <= stored.seq:
                return
            held = await self.parking.held(connection, self.name)
            await self._take(connection, [event for event in events if event.seq > stored.seq], held)
            await self._positions.advance(connection, self.name, upto, footing)
        self._believed = upto

    async def _passed(self, upto: int, footing: Footing | None) -> bool:
        """Move the position past events that lead to nothing. Whether it stood where it was believed to stand."""
        before = self._believed
        if before is None or upto <= before:
            return False
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            moved = await self._positions.move(connection, self.name, before, upto, footing)
        if moved:
            self._believed = upto
        return moved

    async def release(self, log: Log, stream: str) -> Released:
        """Do a held stream's parked events again (after the cause was mended), and let the stream go on."""
        return await self.parking.release(log, self.name, stream, self.reapply)

    async def reapply(self, _connection: AsyncConnection, envelope: Envelope) -> None:
        """Do what one event leads to; what has been done is not done again."""
        react = await self._consider([envelope])
        for todo in _todos(react, envelope):
            await self._do(todo, envelope)

    async def _take(self, connection: AsyncConnection, events: Sequence[Envelope], held: dict[str, int]) -> None:
        """Do what events lead to; park those that cannot be done and what is behind them."""
        errors: dict[int, Exception] = {}
        planned = await self._planned(events, errors)
        errors |= await do_all(self._do, planned, held)
        waiting = {envelope.seq for envelope, todos in planned if todos}
        for envelope in events:
            if envelope.stream in held and envelope.seq in waiting | errors.keys():
                await self.parking.park(connection, self.name, envelope, behind=held[envelope.stream])
            elif envelope.seq in errors:
                await self.parking.park(connection, self.name, envelope, errors[envelope.seq])
                held[envelope.stream] = envelope.seq

    async def _planned(
        self, events: Sequence[Envelope], errors: dict[int, Exception]
    ) -> list[tuple[Envelope, Sequence[Todo]]]:
        """What events lead to. Why one cannot be considered goes into ``errors``."""
        react: React | None = None
        planned: list[tuple[Envelope, Sequence[Todo]]] = []
        try:
            react = await self._consider(events)
        except Exception as error:
            if not is_poison(error):
                raise
        for envelope in events:
            try:
                todos = _todos(react or await self._consider([envelope]), envelope)
            except Exception as error:
                if not is_poison(error):
                    raise
                errors[envelope.seq] = error
            else:
                planned.append((envelope, todos))
            await asyncio.sleep(0)
        return planned


def _todos(react: React, envelope: Envelope) -> Sequence[Todo]:
    event = envelope.event
    if isinstance(event, RawEvent):
        decode(event.type, event.schema_version, event.data)
    return react(envelope)


__all__ = ["Consider", "React", "Reactions", "by_itself"]
