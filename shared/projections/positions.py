"""How far each follower has come, in its own schema, moved in the same transaction as its effect.

A position says what it rests on, too: the epoch of the log and the last event that was read. The statement that moves
it holds that against the log, which is in the same database; so nothing is taken in that the log does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TextClause,
    Uuid,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from shared.eventlog.epochs import Footing
from shared.projections.view_table import tagged

_POSITIONS = Table(
    "checkpoints",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("definition", Text, nullable=False),
    Column("tables", ARRAY(Text), nullable=False),
    Column("note", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("epoch", Uuid),
    Column("event_seq", BigInteger),
    Column("event_id", Uuid),
)

HOLDS = """(select e.epoch from log.epochs as e order by e.number desc limit 1) = {epoch}
    and ({event} is null or exists (select from log.events as l where l.seq = {seq} and l.event_id = {event}))"""
"""Whether the log holds what a page rests on, in SQL."""
_HELD = """(epoch is null or exists (
        select from log.epochs as e left join log.epochs as later on later.number = e.number + 1
        where e.epoch = checkpoints.epoch and checkpoints.seq <= coalesce(later.length, checkpoints.seq))
    and (event_id is null or exists (
        select from log.events as l where l.seq = event_seq and l.event_id = checkpoints.event_id)))"""
"""Whether the log holds what a position rests on, in SQL."""


class PositionMoved(RuntimeError):
    """The position went back (a rebuild, a restored server), or the log no longer holds the page: ask for the
    position anew and read on from there."""


class LogLostEvents(RuntimeError):
    """A follower took in events that the log does not hold (any more). It must not go on: what it made of them has to
    be made anew."""


class Superseded(RuntimeError):
    """Another version of the projection has taken over; this process must not write any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a follower is: every event up to ``seq`` is taken in. Stored in the table ``checkpoints``.

    ``version``, ``definition`` (SHA-256 of the tables' definitions) and ``tables`` are a projection's; a process
    manager leaves them alone. ``note`` says what a replay is of. ``updated_at`` is the database's time. ``epoch``,
    ``event_seq`` and ``event_id`` are what it rests on, ``held`` whether the log still holds that.
    """

    name: str
    seq: int = 0
    version: int = 1
    definition: str = ""
    tables: tuple[str, ...] = ()
    note: str = ""
    updated_at: datetime | None = None
    epoch: UUID | None = None
    event_seq: int | None = None
    event_id: UUID | None = None
    held: bool = True

    def require_held(self) -> None:
        """Raise ``LogLostEvents`` where the log does not hold what it rests on."""
        if not self.held:
            raise LogLostEvents(
                f"{self.name} is at seq {self.seq}, on events that the log does not hold: the log was rolled back. "
                "What can be rebuilt is, when the service is started again"
            )


class Positions:
    """The positions of one schema. Every method works inside the caller's transaction."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._table = tagged(_POSITIONS, schema)

    async def create(self, connection: AsyncConnection) -> None:
        """Create the table where it is missing; several processes may do so at once."""
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"checkpoints {self._schema}"))))
        await connection.execute(CreateTable(self._table, if_not_exists=True))

    async def read(self, connection: AsyncConnection, name: str) -> Position | None:
        """A follower's position, ``None`` where it has none."""
        return await self._one(connection, name, lock=False)

    async def lock(self, connection: AsyncConnection, name: str, footing: Footing | None = None) -> Position | None:
        """The same, held until the transaction ends: the one who has it is the only one that applies.

        Raises ``PositionMoved`` where the log does not hold what is to be applied.
        """
        return await self._one(connection, name, lock=True, footing=footing)

    async def close(self, connection: AsyncConnection, name: str) -> None:
        """Keep everybody off the short way (see ``one_call``) until the transaction ends; call it before ``lock`` where
        tables may be dropped or renamed."""
        key = func.hashtextextended(f"{self._schema} {name}", 1)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def put(self, connection: AsyncConnection, position: Position) -> None:
        """Set a position, new or not."""
        values = {
            "seq": position.seq,
            "version": position.version,
            "definition": position.definition,
            "tables": list(position.tables),
            "note": position.note,
            "epoch": position.epoch,
            "event_seq": position.event_seq,
            "event_id": position.event_id,
        }
        put = insert(self._table).values(name=position.name, **values)
        moment = {"updated_at": func.clock_timestamp()}
        await connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=values | moment))

    async def advance(
        self, connection: AsyncConnection, name: str, seq: int, footing: Footing | None = None
    ) -> datetime:
        """Move a position on, and give the moment; call with its lock held.

        Raises ``LookupError`` without one; ``PositionMoved`` where the log does not hold what it is to rest on.
        """
        moved = update(self._table).where(self._table.c.name == name).values(_moved_to(seq, footing))
        if footing is not None:
            moved = moved.where(_holds(footing))
        at = await connection.scalar(moved.returning(self._table.c.updated_at))
        if at is None and footing is not None:
            raise PositionMoved(f"the log does not hold what {name} was to take in up to seq {seq}")
        if at is None:
            raise LookupError(f"{name} has no position")
        return cast(datetime, at)

    async def move(
        self, connection: AsyncConnection, name: str, before: int, seq: int, footing: Footing | None = None
    ) -> bool:
        """Move a position on that stands at ``before``, if the log holds what it is to rest on; whether it did.
        Needs no lock."""
        here = (self._table.c.name == name) & (self._table.c.seq == before)
        moved = update(self._table).where(here).values(_moved_to(seq, footing))
        if footing is not None:
            moved = moved.where(_holds(footing))
        return await connection.scalar(moved.returning(self._table.c.seq)) is not None

    async def remove(self, connection: AsyncConnection, name: str) -> None:
        """Forget a position."""
        await connection.execute(delete(self._table).where(self._table.c.name == name))

    async def all(self, connection: AsyncConnection) -> list[Position]:
        """Every position of the schema, by name."""
        rows = await connection.execute(self._whole.order_by(self._table.c.name))
        return [Position(**{**row, "tables": tuple(row["tables"])}) for row in rows.mappings()]

    @property
    def _whole(self) -> Select[Any]:
        return select(self._table, literal_column(_HELD, Boolean).label("held"))

    async def _one(
        self, connection: AsyncConnection, name: str, *, lock: bool, footing: Footing | None = None
    ) -> Position | None:
        query = self._whole.where(self._table.c.name == name)
        if footing is not None:
            query = query.add_columns(_holds(footing, " as founded"))
        found = await connection.execute(query.with_for_update(of=self._table) if lock else query)
        row = found.mappings().one_or_none()
        if row is not None and lock and not row["held"]:
            # Who waited for the lock may see what another took in, and not yet the log that it took it from.
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        values = {**row, "tables": tuple(row["tables"])}
        if not values.pop("founded", True):
            raise PositionMoved(f"the log does not hold what {name} was to take in")
        return Position(**values)


def _moved_to(seq: int, footing: Footing | None) -> dict[str, object]:
    """The values of a position that is moved; a page without events leaves the event that it rests on."""
    values: dict[str, object] = {"seq": seq, "updated_at": func.clock_timestamp()}
    if footing is None:
        return values | dict.fromkeys(("epoch", "event_seq", "event_id"))
    if footing.event_id is not None:
        values |= {"event_seq": footing.seq, "event_id": footing.event_id}
    return values | {"epoch": footing.epoch}


def _holds(footing: Footing, named: str = "") -> TextClause:
    condition = HOLDS.format(epoch=":on_epoch", seq=":on_seq", event=":on_event")
    return text(f"({condition}){named}").bindparams(
        bindparam("on_epoch", footing.epoch, Uuid),
        bindparam("on_seq", footing.seq, BigInteger),
        bindparam("on_event", footing.event_id, Uuid),
    )


__all__ = ["HOLDS", "LogLostEvents", "Position", "PositionMoved", "Positions", "Superseded"]
