"""How far each follower has come, in its own schema, moved in the same transaction as its effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from shared.projections.view_table import tagged

_CHECKPOINTS = Table(
    "checkpoints",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("definition", Text, nullable=False),
    Column("tables", ARRAY(Text), nullable=False),
    Column("note", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


class CheckpointMoved(RuntimeError):
    """The checkpoint went back (a rebuild, a restored server): ask for it anew and read on from there."""


class Superseded(RuntimeError):
    """Another version of the projection has taken over; this process must not write any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A follower's place: every event up to ``seq`` is taken in.

    ``version``, ``definition`` (SHA-256 of the tables' definitions) and ``tables`` are a projection's; a process
    manager leaves them alone. ``note`` says what a replay is of. ``updated_at`` is the database's time.
    """

    name: str
    seq: int = 0
    version: int = 1
    definition: str = ""
    tables: tuple[str, ...] = ()
    note: str = ""
    updated_at: datetime | None = None


class Checkpoints:
    """The checkpoints of one schema. Every method works inside the caller's transaction."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._table = tagged(_CHECKPOINTS, schema)

    async def create(self, connection: AsyncConnection) -> None:
        """Create the table where it is missing; several processes may do so at once."""
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"checkpoints {self._schema}"))))
        await connection.execute(CreateTable(self._table, if_not_exists=True))

    async def read(self, connection: AsyncConnection, name: str) -> Checkpoint | None:
        """A follower's checkpoint, ``None`` where it has none."""
        return await self._one(connection, name, lock=False)

    async def lock(self, connection: AsyncConnection, name: str) -> Checkpoint | None:
        """The same, held until the transaction ends: the one who has it is the only one that applies."""
        return await self._one(connection, name, lock=True)

    async def close(self, connection: AsyncConnection, name: str) -> None:
        """Keep everybody off the short way (see ``one_call``) until the transaction ends; call it before ``lock`` where
        tables may be dropped or renamed."""
        key = func.hashtextextended(f"{self._schema} {name}", 1)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def put(self, connection: AsyncConnection, checkpoint: Checkpoint) -> None:
        """Set a checkpoint, new or not."""
        values = {
            "seq": checkpoint.seq,
            "version": checkpoint.version,
            "definition": checkpoint.definition,
            "tables": list(checkpoint.tables),
            "note": checkpoint.note,
        }
        put = insert(self._table).values(name=checkpoint.name, **values)
        moment = {"updated_at": func.clock_timestamp()}
        await connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=values | moment))

    async def advance(self, connection: AsyncConnection, name: str, seq: int) -> datetime:
        """Move a checkpoint on, and give the moment; call with its lock held. Raises ``LookupError`` without one."""
        moved = update(self._table).where(self._table.c.name == name)
        values = moved.values(seq=seq, updated_at=func.clock_timestamp())
        at = await connection.scalar(values.returning(self._table.c.updated_at))
        if at is None:
            raise LookupError(f"{name} has no checkpoint")
        return cast(datetime, at)

    async def move(self, connection: AsyncConnection, name: str, before: int, seq: int) -> bool:
        """Move a checkpoint on that stands at ``before``; whether it did. Needs no lock."""
        here = (self._table.c.name == name) & (self._table.c.seq == before)
        moved = update(self._table).where(here).values(seq=seq, updated_at=func.clock_timestamp())
        return await connection.scalar(moved.returning(self._table.c.seq)) is not None

    async def remove(self, connection: AsyncConnection, name: str) -> None:
        """Forget a checkpoint."""
        await connection.execute(delete(self._table).where(self._table.c.name == name))

    async def all(self, connection: AsyncConnection) -> list[Checkpoint]:
        """Every checkpoint of the schema, by name."""
        rows = await connection.execute(select(self._table).order_by(self._table.c.name))
        return [Checkpoint(**{**row, "tables": tuple(row["tables"])}) for row in rows.mappings()]

    async def _one(self, connection: AsyncConnection, name: str, *, lock: bool) -> Checkpoint | None:
        query = select(self._table).where(self._table.c.name == name)
        row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
        return None if row is None else Checkpoint(**{**row, "tables": tuple(row["tables"])})


__all__ = ["Checkpoint", "CheckpointMoved", "Checkpoints", "Superseded"]
