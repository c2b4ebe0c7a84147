"""A second set of a projection's tables beside the live ones, filled from the log: folded in memory, written in bulk.

Its tables, checkpoint and parked events are named by a tag, in the same schema (a service's role owns nothing else).
Only folds run, so nothing that has an effect outside can happen again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Envelope
from shared.projections.checkpoints import Checkpoints
from shared.projections.parking import Parking, is_poison
from shared.projections.projection import Projection
from shared.projections.projector import Projector, create_tables, drop_tables, first_checkpoint, follower_name
from shared.projections.view_table import TAG, ViewTable, driver
from shared.projections.working_set import WorkingSet


class Source(Protocol):
    """What is needed of the event log."""

    async def read_all(
        self,
        after: int,
        *,
        limit: int,
        categories: Sequence[str] | None = None,
        until: int | None = None,
        include_internal: bool = False,
        keep_unknown: bool = False,
    ) -> list[Envelope]:
        """At most ``limit`` events after ``after`` and up to ``until`` (both seq), in order."""
        ...

    async def head(self, categories: Sequence[str] | None = None) -> int:
        """The last seq, of the categories where they are given; 0 where there is none."""
        ...


class InProgress(RuntimeError):
    """Another process is filling a replay of this tag."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild has come: ``seq`` of ``target``, ``events`` folded so far, in ``seconds``."""

    projection: str
    seq: int
    target: int
    events: int
    seconds: float

    @property
    def rate(self) -> float:
        """Events folded a second."""
        return self.events / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How a rebuild spends memory: ``page`` events read at once, ``rows`` kept in memory, ``events`` between writes."""

    page: int = 5_000
    rows: int = 100_000
    events: int = 1_000_000


Report = Callable[[Progress], None]


class Shadow:
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
        self.projection = projection
        self.tag = tag
        self.tables = [ViewTable(view, schema, tag) for view in projection.views]
        self.seq = 0
        self.events = 0
        self.name = follower_name(projection, tag)
        self._engine = engine
        self._connection = connection
        self._schema = schema
        self._effort = effort
        self._checkpoints = Checkpoints(schema)
        self._parking = Parking(engine, schema)
        self._held: dict[str, int] = {}
        self._failures: list[tuple[Envelope, Exception | None]] = []
        self._rows: WorkingSet
        self._stored_seq = 0
        self._began = monotonic()

    async def begin(self, note: str, *, resume: bool) -> None:
        """Create the tables, or (to resume) take those that an interrupted filling by the same code has left."""
        async with self._connection.begin():
            await self._checkpoints.create(self._connection)
            await self._parking.create(self._connection)
            left = await self._checkpoints.lock(self._connection, self.name)
            first = first_checkpoint(self.projection, self.tables, self.tag, note=note)
            if (
                resume
                and left
                and (left.version, left.definition, left.note) == (first.version, first.definition, note)
            ):
                self.seq = left.seq
            else:
                await drop_shadow(self._connection, self._schema, self.name)
                await create_tables(self._connection, self.tables)
                await self._checkpoints.put(self._connection, first)
        await self._start()

    async def advance(
        self,
        source: Source,
        until: int,
        *,
        keep: Callable[[Envelope], bool] | None = None,
        progress: Report | None = None,
    ) -> None:
        """Fold the log on, up to the seq ``until``, leaving out what ``keep`` denies, and write the rows."""
        written = self.events
        async for page in self._pages(source, until):
            await self._take([each for each in page if keep(each)] if keep else page)
            self.seq = page[-1].seq
            if self._rows.size > self._effort.rows or self.events - written >= self._effort.events:
                await self._write(source, keep)
                written = self.events
            if progress:
                progress(Progress(self.projection.name, self.seq, until, self.events, monotonic() - self._began))
        self.seq = max(self.seq, until)
        await self._write(source, keep)

    async def _start(self) -> None:
        """Begin with an empty memory over what the tables hold."""
        async with self._connection.begin():
            self._held = await self._parking.held(self._connection, self.name)
            stored = await self._checkpoints.read(self._connection, self.name)
        self.seq = self._stored_seq = stored.seq if stored else 0
        raw = await driver(self._connection)
        stores = {each.view.name: each.on(raw) for each in self.tables}
        self._rows = WorkingSet(self.projection, stores, empty=self.seq == 0)
        self._failures = []

    async def _pages(self, source: Source, until: int) -> AsyncIterator[list[Envelope]]:
        """The log's pages, the next one asked for while this one is folded."""
        size = self._effort.page

        def ask(after: int) -> asyncio.Task[list[Envelope]]:
            asked = source.read_all(
                after,
                limit=size,
                categories=self.projection.categories,
                until=until,
                include_internal=self.projection.include_internal,
                keep_unknown=True,
            )
            return asyncio.ensure_future(asked)

        following = ask(self.seq)
        try:
            while page := await following:
                if len(page) < size:
                    yield page
                    return
                following = ask(page[-1].seq)
                await asyncio.sleep(0)
                yield page
        finally:
            following.cancel()

    async def _take(self, page: list[Envelope]) -> None:
        page = [each for each in page if self.projection.concerns(each.event)]
        await self._rows.fetch(page)
        for envelope in page:
            if self._held and envelope.stream in self._held:
                self._failures.append((envelope, None))
                continue
            try:
                self._rows.fold(envelope)
            except Exception as error:
                if not is_poison(error):
                    raise
                self._failures.append((envelope, error))
                self._held[envelope.stream] = envelope.seq
        self.events += len(page)

    async def _write(self, source: Source, keep: Callable[[Envelope], bool] | None) -> None:
        """Write rows, parked events and checkpoint in one transaction; if the tables refuse a row, find its event."""
        try:
            async with self._connection.begin():
                await self._checkpoints.advance(self._connection, self.name, self.seq)
                await self._rows.flush()
                for envelope, error in self._failures:
                    behind = self._held[envelope.stream]
                    await self._parking.park(self._connection, self.name, envelope, error, behind=behind)
        except Exception as error:
            if not is_poison(error):
                raise
            await self._write_slowly(source, self.seq, keep)
        self._stored_seq = self.seq
        self._failures = []
        self._rows.age()

    async def _write_slowly(self, source: Source, until: int, keep: Callable[[Envelope], bool] | None) -> None:
        """Go back to what is stored and apply page by page, as the live projector does."""
        projector = Projector(self._engine, self.projection, self._schema, self.tag)
        self.seq = await projector.checkpoint()
        async for page in self._pages(source, until):
            await projector.apply([each for each in page if keep(each)] if keep else page, page[-1].seq)
            self.seq = page[-1].seq
        await projector.apply([], until)
        await self._start()


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
    """Drop a replay's tables, checkpoint and parked events, in the caller's transaction; say whether it was there."""
    checkpoints = Checkpoints(schema)
    stored = await checkpoints.lock(connection, name)
    if stored is None or "@" not in name:
        return False
    await drop_tables(connection, schema, stored.tables)
    await Parking(connection.engine, schema).move(connection, name, None)
    await checkpoints.remove(connection, name)
    return True


__all__ = ["Effort", "InProgress", "Progress", "Report", "Shadow", "Source", "drop_shadow", "open_shadow"]
