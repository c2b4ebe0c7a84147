"""Process managers: another service's event leads to a command of one's own, exactly once for each cause."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Actor, Command, Context, Decider, Envelope, Role
from shared.eventlog.codec import RawEvent, decode
from shared.projections.checkpoints import Checkpoint, CheckpointMoved, Checkpoints
from shared.projections.parking import Log, Parking, Released, is_poison


@dataclass(frozen=True, slots=True)
class Todo:
    """A command to be given to the aggregate ``ident``.

    ``name`` tells apart what one cause leads to, and never changes. ``decider`` is the service's own where ``None``.
    """

    name: str
    ident: str
    command: Callable[[Context], Command]
    decider: Decider[Any, Any] | None = None


React = Callable[[Envelope], Sequence[Todo]]
"""What an event leads to. Pure."""

Consider = Callable[[Envelope], Awaitable[Sequence[Todo]]]
"""What an event leads to by what the service's own read models say, as of the event. ``TimeoutError``: not yet."""

Do = Callable[[Todo, Envelope], Awaitable[None]]
"""Executes what an event led to; raises where it is refused."""


def system_actor(service: str) -> Actor:
    """The service itself, acting by rule and not by anybody's choice."""
    return Actor(f"system:{service}", f"juqu {service}", f"system:{service}", frozenset({Role.SYSTEM}))


class Reactions:
    """A follower that does what events lead to, and then moves its checkpoint.

    It may crash between the two: the command's id follows from the event, so that doing it again changes nothing. An
    event whose command is refused is parked and its stream held back. A rebuild of projections never comes here.
    """

    def __init__(self, engine: AsyncEngine, schema: str, name: str, react: React | Consider, do: Do) -> None:
        self.name = name
        self.parking = Parking(engine, schema)
        self._engine = engine
        self._checkpoints = Checkpoints(schema)
        self._react = react
        self._do = do
        self._believed: int | None = None

    async def prepare(self) -> None:
        """Create what is missing in the schema; a new process manager begins at the first event."""
        async with self._engine.begin() as connection:
            await self._checkpoints.create(connection)
            await self.parking.create(connection)
            if await self._checkpoints.lock(connection, self.name) is None:
                await self._checkpoints.put(connection, Checkpoint(name=self.name))

    async def checkpoint(self) -> int:
        """The seq up to which everything is done."""
        async with self._engine.connect() as connection:
            stored = await self._checkpoints.read(connection, self.name)
        if stored is None:
            raise LookupError(f"{self.name} has no checkpoint; prepare it")
        self._believed = stored.seq
        return stored.seq

    async def apply(self, page: Sequence[Envelope], upto: int) -> None:
        """Do what the events of a page lead to, in order.

        Raises ``CheckpointMoved`` when the checkpoint went back (a restored database), connection and server errors.
        """
        async with self._engine.begin() as connection:
            stored = await self._checkpoints.lock(connection, self.name)
            if stored is None or self._believed is None or stored.seq < self._believed:
                self._believed = None
                raise CheckpointMoved(f"{self.name} went back; read on from its checkpoint")
            if upto <= stored.seq:
                return
            held = await self.parking.held(connection, self.name)
            for envelope in page:
                if envelope.seq > stored.seq:
                    await self._take(connection, envelope, held)
            await self._checkpoints.advance(connection, self.name, upto)
        self._believed = upto

    async def release(self, log: Log, stream: str) -> Released:
        """Do a held stream's parked events again (after the cause was mended), and let the stream go on."""
        return await self.parking.release(log, self.name, stream, self.reapply)

    async def reapply(self, _connection: AsyncConnection, envelope: Envelope) -> None:
        """Do what one event leads to; what is done already stays as it is."""
        for todo in await self._todos(envelope):
            await self._do(todo, envelope)

    async def _todos(self, envelope: Envelope) -> Sequence[Todo]:
        event = envelope.event
        if isinstance(event, RawEvent):
            decode(event.type, event.schema_version, event.data)
        found = self._react(envelope)
        return await found if isinstance(found, Awaitable) else found

    async def _take(self, connection: AsyncConnection, envelope: Envelope, held: dict[str, int]) -> None:
        try:
            todos = await self._todos(envelope)
            if todos and envelope.stream in held:
                await self.parking.park(connection, self.name, envelope, behind=held[envelope.stream])
                return
            for todo in todos:
                await self._do(todo, envelope)
        except Exception as error:
            if not is_poison(error):
                raise
            await self.parking.park(connection, self.name, envelope, error)
            held[envelope.stream] = envelope.seq
