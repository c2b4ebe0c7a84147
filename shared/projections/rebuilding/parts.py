"""A rebuild's shares: which part of the streams' ids each process folds, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, delete, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from shared.contracts.core import Envelope, Event, event_type
from shared.projections.positions import Superseded
from shared.projections.projection import Projection
from shared.projections.view import Key, by_stream
from shared.projections.view_table import tagged
from shared.projections.working_set import Route, Sheet, Spans, Store, WorkingSet

_PARTS = Table(
    "rebuild_parts",
    MetaData(),
    Column("follower", Text, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("of", Integer, nullable=False),
    Column("run", Text, nullable=False),
    Column("spanning", ARRAY(Text), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process's share: the streams whose id falls to ``part`` of ``of``, folded up to ``seq`` on the way to
    ``until``; of the ``spanning`` views the rows whose key falls to it. ``run`` is the process that began it last."""

    follower: str
    part: int
    of: int
    run: str
    spanning: tuple[str, ...]
    seq: int
    until: int


class Parts:
    """The shares of one schema's rebuilds. Every method works inside the caller's transaction."""

    def __init__(self, schema: str) -> None:
        self._table = tagged(_PARTS, schema)

    async def create(self, connection: AsyncConnection) -> None:
        """Create the table where it is missing; call after ``Positions.create``, whose lock it shares."""
        await connection.execute(CreateTable(self._table, if_not_exists=True))

    async def of(self, connection: AsyncConnection, follower: str) -> list[Part]:
        """The shares of a rebuild that was divided and is not finished."""
        query = select(self._table).where(self._table.c.follower == follower).order_by(self._table.c.part)
        rows = (await connection.execute(query)).mappings()
        return [Part(**{**row, "spanning": tuple(row["spanning"])}) for row in rows]

    async def divide(self, connection: AsyncConnection, parts: Sequence[Part]) -> None:
        """Begin these shares."""
        rows = [{**{name: getattr(each, name) for name in Part.__slots__}} for each in parts]
        await connection.execute(insert(self._table), [{**row, "spanning": list(row["spanning"])} for row in rows])

    async def take_over(self, connection: AsyncConnection, follower: str, run: str) -> None:
        """Make the shares another run's; what the one before has not committed by now, it cannot any more."""
        await connection.execute(update(self._table).where(self._table.c.follower == follower).values(run=run))

    async def remove(self, connection: AsyncConnection, follower: str) -> None:
        """Forget a rebuild's shares."""
        await connection.execute(delete(self._table).where(self._table.c.follower == follower))

    def place(self, part: Part) -> PartPlace:
        """Where a share's progress is kept."""
        return PartPlace(self._table, part)


@dataclass(frozen=True, slots=True)
class PartPlace:
    """A ``Place`` that only the latest run can move."""

    table: Table
    part: Part

    async def read(self, connection: AsyncConnection) -> int:
        """The seq up to which the share is in the tables."""
        found = await connection.scalar(select(self.table.c.seq).where(self._mine))
        return int(found or 0)

    async def advance(self, connection: AsyncConnection, seq: int) -> None:
        """Move on; raises ``Superseded`` where another run has taken over."""
        moved = await connection.execute(update(self.table).where(self._mine).values(seq=seq))
        if moved.rowcount != 1:
            raise Superseded(f"part {self.part.part} of {self.part.follower} is another process's now")

    @property
    def _mine(self) -> Any:
        mine = self.table.c
        return (mine.follower == self.part.follower) & (mine.part == self.part.part) & (mine.run == self.part.run)


class PartSet(WorkingSet):
    """The rows of one share. Raises ``Spans`` where a row turns out to be of several shares."""

    def __init__(self, projection: Projection, stores: Mapping[str, Store], part: Part, *, empty: bool) -> None:
        self._part = part
        super().__init__(projection, stores, empty=empty)
        self._foreign: dict[type[Event], tuple[Route, ...]] = {}

    def routes(self, envelope: Envelope) -> tuple[Route, ...]:
        """The views that an event touches in this share."""
        routes = super().routes(envelope)
        if getattr(envelope, "mine", True):
            return routes
        cls = type(envelope.event)
        found = self._foreign.get(cls)
        if found is None:
            found = self._foreign[cls] = tuple(each for each in routes if each[0].view.name in self._part.spanning)
        return found

    def _route(self, sheet: Sheet, cls: type[Event]) -> Route:
        keys, handler = sheet.view.route(cls)
        if sheet.view.each is not None:
            return sheet, keys, handler
        if sheet.view.name in self._part.spanning:
            return sheet, _falling_to(keys, self._part), handler
        return sheet, keys if keys is by_stream else _within_id(keys, sheet.view.name), handler


def everywhere(projection: Projection, spanning: Sequence[str]) -> frozenset[str]:
    """The stored names of the types that each share needs of all streams."""
    wanted = {cls for view in projection.views if view.name in spanning for cls in view.handles}
    return frozenset(event_type(cls).name for cls in wanted if cls in projection.touched)


def _falling_to(keys: Callable[[Any, Envelope], Iterable[Key]], part: Part) -> Callable[[Any, Envelope], list[Key]]:
    def mine(event: Event, at: Envelope) -> list[Key]:
        return [each for each in keys(event, at) if crc32(repr(each).encode()) % part.of == part.part]

    return mine


def _within_id(keys: Callable[[Any, Envelope], Iterable[Key]], view: str) -> Callable[[Any, Envelope], tuple[Key, ...]]:
    def checked(event: Event, at: Envelope) -> tuple[Key, ...]:
        found = tuple(keys(event, at))
        ident = at.stream.rpartition("/")[2]
        for each in found:
            if ident not in each:
                raise Spans(view)
        return found

    return checked


__all__ = ["Part", "PartPlace", "PartSet", "Parts", "everywhere"]
