"""Keeps a projection up to date: one page of events, one transaction, rows and position together.

Any number of processes may run the same projector: the position's lock lets one apply at a time, and the one that
comes later leaves out what is applied already. A crash at any point leaves rows and position as one transaction had
them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from sqlalchemy import MetaData, Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from shared.contracts.core import Envelope
from shared.eventlog.epochs import Footing
from shared.projections.one_call import MOST, SCHEMA_CHANGED, Left, OneCall
from shared.projections.parking import Log, Parking, Released, is_poison
from shared.projections.partitions import Partitions
from shared.projections.positions import Position, PositionMoved, Positions, Superseded
from shared.projections.projection import Projection
from shared.projections.view_table import ViewTable, driver
from shared.projections.working_set import WorkingSet

_LOOK_AGAIN = 0.05


class Projector:
    """A follower that fills a projection's tables in a schema that the engine's role may create tables in.

    Call ``prepare`` once, then ``position`` and ``apply`` in turn. With a ``tag`` it fills a replay's tables.
    """

    def __init__(self, engine: AsyncEngine, projection: Projection, schema: str, tag: str = "") -> None:
        self.projection = projection
        self.name = follower_name(projection, tag)
        """The follower's name: the projection's, with the replay's tag."""
        self.parking = Parking(engine, schema)
        self._engine = engine
        self._positions = Positions(schema)
        self._tables = [ViewTable(view, schema, tag) for view in projection.views]
        self._schema = schema
        self._believed: int | None = None
        self._one_call = OneCall(engine, projection, self.name, schema, self._tables)
        self._left: Left | None = None
        self._reached = 0
        self._news = asyncio.Condition()

    @property
    def categories(self) -> tuple[str, ...]:
        """The services whose events it follows."""
        return self.projection.categories

    async def prepare(self, head: Callable[[], Awaitable[int]] | None = None) -> bool:
        """Create what is missing. Where the projection's version or tables have changed, begin anew from seq 0.

        So, too, where it took in events that the log does not hold, or stands beyond the log's ``head`` (a seq);
        whether that was found. Raises ``Superseded`` when a later version is in place already.
        """
        async with self._engine.begin() as connection:
            await self._positions.create(connection)
            await self.parking.create(connection)
            await Partitions(self._schema).create(connection)
            await self._positions.close(connection, self.name)
            stored = await self._positions.lock(connection, self.name)
            if stored is not None and stored.version > self.projection.version:
                raise Superseded(f"{self.name} is at version {stored.version}, this is {self.projection.version}")
            unfounded = stored is not None and (not stored.held or (head is not None and stored.seq > await head()))
            if stored is not None and self._is_mine(stored) and not unfounded:
                return False
            await drop_tables(connection, self._schema, stored.tables if stored else ())
            await create_tables(connection, self._tables)
            await self.parking.move(connection, self.name, None)
            await self._positions.put(connection, first_position(self.projection, self._tables))
        return unfounded

    async def position(self) -> int:
        """The seq up to which every event is taken in. Raises ``Superseded``, ``LogLostEvents`` where the log does not
        hold them; ``LookupError`` before ``prepare``."""
        self._believed = await self._stored_seq()
        await self._tell(self._believed)
        return self._believed

    async def apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None = None) -> None:
        """Take in a page: all events of the categories after ``position()``, up to ``upto`` (a seq), in order.

        Events that another process has applied meanwhile are left out. An event that cannot be folded or stored is
        parked and its stream held back. Raises ``PositionMoved`` when the position went back or the log does not
        hold the ``footing``, ``LogLostEvents``, ``Superseded``, and connection or server errors; nothing is applied
        then, and the page may be given again.
        """
        if await self._applied_in_one_call(page, upto, footing):
            return
        try:
            reached = await self._apply(page, upto, footing, one_by_one=False)
        except Exception as error:
            if not is_poison(error):
                raise
            reached = await self._apply(page, upto, footing, one_by_one=True)
        self._believed = reached
        await self._tell(reached)

    async def wait_until(self, seq: int, *, within: float) -> bool:
        """Wait until the event ``seq`` is visible in the tables, at most ``within`` seconds; say whether it is.

        For a query after a command (read your own writes). Works whichever process applies.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while self._reached < seq:
            rest = end - loop.time()
            if rest <= 0:
                return False
            try:
                async with asyncio.timeout(min(rest, _LOOK_AGAIN)), self._news:
                    await self._news.wait_for(lambda: self._reached >= seq)
            except TimeoutError:
                await self._tell(await self._stored_seq())
        return True

    @property
    def reached(self) -> int:
        """The seq that the tables show at least, as this process knows."""
        return self._reached

    async def moved(self, beyond: int, *, within: float) -> None:
        """Wait until ``reached`` is beyond a seq, at most ``within`` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(lambda: self._reached > beyond)

    async def release(self, log: Log, stream: str) -> Released:
        """Fold a held stream's parked events again (after the code was mended), and let the stream go on."""
        return await self.parking.release(log, self.name, stream, self.reapply)

    async def reapply(self, connection: AsyncConnection, envelope: Envelope) -> None:
        """Fold one event in the caller's transaction, whatever the position says. Raises what the fold raises."""
        await self._fold(connection, [envelope])

    async def _applied_in_one_call(self, page: Sequence[Envelope], upto: int, footing: Footing | None) -> bool:
        """Whether the short way was open; what bars it (an event, another version) is found on the long one."""
        left, self._left = self._left, None
        if left is None or self._believed != left.seq or upto <= left.seq or len(page) > MOST:
            return False
        new = [each for each in page if each.seq > left.seq and self.projection.concerns(each.event)]
        try:
            self._left = await self._one_call.apply(new, upto, left, footing)
        except Exception as error:
            if not is_poison(error) and not isinstance(error, SCHEMA_CHANGED):
                raise
        if self._left is None:
            return False
        self._believed = upto
        await self._tell(upto)
        return True

    async def _apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None, *, one_by_one: bool) -> int:
        self._left = None
        async with self._engine.begin() as connection:
            stored = await self._positions.lock(connection, self.name)
            seq = self._require(stored).seq
            if self._believed is None or seq < self._believed:
                self._believed = None
                raise PositionMoved(f"{self.name} is at {seq}; read on from there")
            if upto <= seq:
                return seq
            new = [each for each in page if each.seq > seq and self.projection.concerns(each.event)]
            held = await self.parking.held(connection, self.name)
            if one_by_one:
                await self._fold_each(connection, new, held)
            elif new:
                await self._fold(connection, await self._hold_back(connection, new, held))
            at = await self._positions.advance(connection, self.name, upto, footing)
        self._left = None if held else Left(upto, at)
        return upto

    async def _hold_back(
        self, connection: AsyncConnection, page: Sequence[Envelope], held: dict[str, int]
    ) -> Sequence[Envelope]:
        if not held:
            return page
        for envelope in page:
            if envelope.stream in held:
                await self.parking.park(connection, self.name, envelope, behind=held[envelope.stream])
        return [envelope for envelope in page if envelope.stream not in held]

    async def _fold(self, connection: AsyncConnection, page: Sequence[Envelope]) -> None:
        raw = await driver(connection)
        rows = WorkingSet(self.projection, {table.view.name: table.on(raw) for table in self._tables})
        await rows.fetch(page)
        for envelope in page:
            rows.fold(envelope)
        await rows.flush()

    async def _fold_each(self, connection: AsyncConnection, page: Sequence[Envelope], held: dict[str, int]) -> None:
        for envelope in page:
            if envelope.stream in held:
                await self.parking.park(connection, self.name, envelope, behind=held[envelope.stream])
                continue
            try:
                async with connection.begin_nested():
                    await self._fold(connection, [envelope])
            except Exception as error:
                if not is_poison(error):
                    raise
                await self.parking.park(connection, self.name, envelope, error)
                held[envelope.stream] = envelope.seq

    async def _stored_seq(self) -> int:
        async with self._engine.connect() as connection:
            return self._require(await self._positions.read(connection, self.name)).seq

    async def _tell(self, seq: int) -> None:
        async with self._news:
            self._reached = seq
            self._news.notify_all()

    def _is_mine(self, stored: Position) -> bool:
        return stored.version == self.projection.version and stored.definition == self.projection.definition

    def _require(self, stored: Position | None) -> Position:
        if stored is None:
            raise LookupError(f"{self.name} has no position in {self._schema}; prepare it")
        if not self._is_mine(stored):
            raise Superseded(f"{self.name} is at version {stored.version}, this is {self.projection.version}")
        stored.require_held()
        return stored


def follower_name(projection: Projection, tag: str = "") -> str:
    """The name that a projection's position and parked events go by: ``<name>``, or ``<name>@<tag>`` for a replay."""
    return f"{projection.name}@{tag}" if tag else projection.name


def first_position(
    projection: Projection, tables: Sequence[ViewTable], tag: str = "", *, seq: int = 0, note: str = ""
) -> Position:
    """A projection's position over these tables, before the first event unless a ``seq`` is given."""
    return Position(
        name=follower_name(projection, tag),
        seq=seq,
        version=projection.version,
        definition=projection.definition,
        tables=tuple(each.table.name for each in tables),
        note=note,
    )


async def create_tables(connection: AsyncConnection, tables: Sequence[ViewTable]) -> None:
    """Create the tables and indexes of views."""
    for each in tables:
        await connection.execute(CreateTable(each.table))
        for index in each.table.indexes:
            await connection.execute(CreateIndex(index))


async def drop_tables(connection: AsyncConnection, schema: str, names: Sequence[str]) -> None:
    """Drop tables of a schema, where they exist."""
    for name in names:
        await connection.execute(DropTable(Table(name, MetaData(), schema=schema), if_exists=True))


__all__ = ["Projector", "create_tables", "drop_tables", "first_position", "follower_name"]
