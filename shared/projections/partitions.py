"""How a rebuild is divided among processes: which streams each folds, and how far it is. Stored, to be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, delete, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from shared.projections.positions import Superseded
from shared.projections.view_table import tagged

_PARTITIONS = Table(
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
class Partition:
    """One process's streams: those whose id falls to ``part`` of ``of``, folded up to ``seq`` on the way to
    ``until``; of the ``spanning`` views the rows whose key falls to it. ``run`` is the process that began it last."""

    follower: str
    part: int
    of: int
    run: str
    spanning: tuple[str, ...]
    seq: int
    until: int


class Partitions:
    """The partitions of one schema's rebuilds. Every method works inside the caller's transaction."""

    def __init__(self, schema: str) -> None:
        self._table = tagged(_PARTITIONS, schema)

    async def create(self, connection: AsyncConnection) -> None:
        """Create the table where it is missing; call after ``Positions.create``, whose lock it shares."""
        await connection.execute(CreateTable(self._table, if_not_exists=True))

    async def of(self, connection: AsyncConnection, follower: str) -> list[Partition]:
        """The partitions of a rebuild that was divided and is not finished."""
        query = select(self._table).where(self._table.c.follower == follower).order_by(self._table.c.part)
        rows = (await connection.execute(query)).mappings()
        return [Partition(**{**row, "spanning": tuple(row["spanning"])}) for row in rows]

    async def divide(self, connection: AsyncConnection, partitions: Sequence[Partition]) -> None:
        """Begin these partitions."""
        rows = [{**{name: getattr(partition, name) for name in Partition.__slots__}} for partition in partitions]
        await connection.execute(insert(self._table), [{**row, "spanning": list(row["spanning"])} for row in rows])

    async def take_over(self, connection: AsyncConnection, follower: str, run: str) -> None:
        """Make the partitions another run's; what the one before has not committed by now, it cannot any more."""
        await connection.execute(update(self._table).where(self._table.c.follower == follower).values(run=run))

    async def remove(self, connection: AsyncConnection, follower: str) -> None:
        """Forget a rebuild's partitions."""
        await connection.execute(delete(self._table).where(self._table.c.follower == follower))

    def bookmark(self, partition: Partition) -> PartitionBookmark:
        """Where a partition's progress is kept."""
        return PartitionBookmark(self._table, partition)


@dataclass(frozen=True, slots=True)
class PartitionBookmark:
    """A ``Bookmark`` of a rebuild that only the latest run can move."""

    table: Table
    partition: Partition

    async def read(self, connection: AsyncConnection) -> int:
        """The seq up to which the partition is in the tables."""
        seq = await connection.scalar(select(self.table.c.seq).where(self._mine))
        return int(seq or 0)

    async def advance(self, connection: AsyncConnection, seq: int) -> None:
        """Move on; raises ``Superseded`` where another run has taken over."""
        moved = await connection.execute(update(self.table).where(self._mine).values(seq=seq))
        if moved.rowcount != 1:
            raise Superseded(f"part {self.partition.part} of {self.partition.follower} is another process's now")

    @property
    def _mine(self) -> Any:
        mine = self.table.c
        return (
            (mine.follower == self.partition.follower)
            & (mine.part == self.partition.part)
            & (mine.run == self.partition.run)
        )


__all__ = ["Partition", "PartitionBookmark", "Partitions"]
