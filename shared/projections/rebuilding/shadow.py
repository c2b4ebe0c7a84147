"""A second set of a projection's tables beside the live ones, filled from the log: folded in memory, written in bulk.

Its tables, position and parked events are named by a tag, in the same schema (a service's role owns nothing else).
Only folds run, so nothing that has an effect outside can happen again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.projections.comparing.digest import digest_tables
from shared.projections.parking import Parking
from shared.projections.partitions import Partitions
from shared.projections.positions import Positions
from shared.projections.projection import Projection
from shared.projections.projector import create_tables, drop_tables, first_position, follower_name
from shared.projections.rebuilding.filling import Effort, Filling
from shared.projections.view_table import TAG


class InProgress(RuntimeError):
    """Another process is filling a replay of this tag."""


class Shadow(Filling):
    """A projection's tables under a tag, open for filling; made by ``open_shadow``."""

    def __init__(
        self,
        engine: AsyncEngine,
        connection: AsyncConnection,
        projection: Projection,
        *,
        schema: str,
        tag: str,
        effort: Effort,
    ) -> None:
        self._positions = Positions(schema)
        bookmark = _StoredBookmark(self._positions, follower_name(projection, tag))
        super().__init__(engine, connection, projection, schema=schema, tag=tag, effort=effort, bookmark=bookmark)
        self.effort = effort
        self.memory = 0
        """Bytes that the largest of several processes took at most."""
        self.schema = schema
        self.engine = engine

    async def begin(self, note: str, *, resume: bool) -> None:
        """Create the tables, or (to resume) take those that an interrupted filling by the same code has left."""
        async with self.connection.begin():
            await self._positions.create(self.connection)
            await self._parking.create(self.connection)
            await Partitions(self.schema).create(self.connection)
            left = await self._positions.lock(self.connection, self.name)
            first = first_position(self.projection, self.tables, self.tag, note=note)
            if not (
                resume
                and left
                and (left.version, left.definition, left.note) == (first.version, first.definition, note)
            ):
                await drop_shadow(self.connection, self.schema, self.name)
                await create_tables(self.connection, self.tables)
                await self._positions.put(self.connection, first)
        await self.start()

    async def digest(self) -> dict[str, str]:
        """The tables' digests by view."""
        async with self.connection.begin():
            return await digest_tables(self.connection, self.tables)

    async def divided(self) -> bool:
        """Whether several processes were filling it, and were interrupted."""
        async with self.connection.begin():
            return bool(await Partitions(self.schema).of(self.connection, self.name))

    async def clear(self) -> None:
        """Begin anew with empty tables."""
        async with self.connection.begin():
            stored = await self._positions.lock(self.connection, self.name)
            await drop_shadow(self.connection, self.schema, self.name)
            await create_tables(self.connection, self.tables)
            if stored is not None:
                await self._positions.put(self.connection, replace(stored, seq=0))
        self.events = 0
        await self.start()


@dataclass(frozen=True, slots=True)
class _StoredBookmark:
    positions: Positions
    name: str

    async def read(self, connection: AsyncConnection) -> int:
        stored = await self.positions.read(connection, self.name)
        return stored.seq if stored else 0

    async def advance(self, connection: AsyncConnection, seq: int) -> None:
        await self.positions.advance(connection, self.name, seq)


@asynccontextmanager
async def open_shadow(
    engine: AsyncEngine, projection: Projection, schema: str, tag: str, *, effort: Effort | None = None
) -> AsyncIterator[Shadow]:
    """A shadow on a connection of its own.

    Raises ``InProgress`` while another process fills the same one, ``ValueError`` for a bad tag.
    """
    if not TAG.fullmatch(tag):
        raise ValueError(f"tag {tag!r}: up to 20 of a-z, 0-9 and _, a letter first")
    async with engine.connect() as connection:
        name = func.hashtextextended(f"{schema} {follower_name(projection, tag)}", 0)
        async with connection.begin():
            mine = await connection.scalar(select(func.pg_try_advisory_lock(name)))
        if not mine:
            raise InProgress(f"{follower_name(projection, tag)} is being filled by another process")
        try:
            yield Shadow(engine, connection, projection, schema=schema, tag=tag, effort=effort or Effort())
        finally:
            if not connection.closed and not connection.invalidated:
                async with connection.begin():
                    await connection.execute(select(func.pg_advisory_unlock(name)))


async def drop_shadow(connection: AsyncConnection, schema: str, name: str) -> bool:
    """Drop a replay's tables, position and parked events, in the caller's transaction; say whether it was there."""
    positions = Positions(schema)
    stored = await positions.lock(connection, name)
    if stored is None or "@" not in name:
        return False
    await drop_tables(connection, schema, stored.tables)
    await Parking(connection.engine, schema).move(connection, name, None)
    await Partitions(schema).remove(connection, name)
    await positions.remove(connection, name)
    return True


__all__ = ["InProgress", "Shadow", "drop_shadow", "open_shadow"]
