"""Events that a follower could not take in: kept with their error, their stream held back, the rest goes on.

An event of a held stream that comes later is parked behind the first, so that a stream is never taken in out of order.
Nothing is discarded: an event leaves by being taken in, here or by a rebuild.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.contracts.core import Envelope
from shared.eventlog.errors import LogUnavailable, VersionConflict
from shared.eventlog.trouble import passes
from shared.eventlog.wording import describe, trace
from shared.projections.parked import Parked
from shared.projections.positions import LogLostEvents, PositionMoved, Positions, Superseded
from shared.projections.view_table import tagged

_PARKED = Table(
    "parked",
    MetaData(),
    Column("follower", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("parked_stream", "follower", "stream", "seq"),
)

_NOT_THE_EVENTS = (
    SQLAlchemyError,
    PositionMoved,
    LogLostEvents,
    Superseded,
    LogUnavailable,
    VersionConflict,
)

FAILED = "failed"
HELD = "held"


class Log(Protocol):
    """What is needed of the event log to read one event again."""

    async def read_all(
        self,
        after: int,
        *,
        limit: int,
        until: int | None = None,
        include_internal: bool = False,
        keep_unknown: bool = False,
    ) -> list[Envelope]:
        """Events after ``after`` (a seq), in order."""
        ...


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did: the events taken in; or ``error``, and nothing has changed but the error kept."""

    applied: tuple[int, ...]
    failed_seq: int | None = None
    error: str = ""


def is_poison(error: Exception) -> bool:
    """Whether an error lies in the event (or the code that takes it in), not in the connection or the server.

    PostgreSQL's classes 22 (data) and 23 (constraints) are the event's; every other SQL, socket or time-out error, what
    the drivers say of a lost connection, a log that is away and a stream that somebody else was faster to write to are
    worth a retry.
    """
    cause: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, Exception) and isinstance(error, DBAPIError):
        cause = cause.__cause__ or cause
    if cause is not None and passes(cause):
        return False
    if isinstance(cause, asyncpg.PostgresError):
        return (cause.sqlstate or "")[:2] in {"22", "23"}
    if isinstance(cause, asyncpg.InterfaceError):
        return True
    return not isinstance(error, _NOT_THE_EVENTS)


class Parking:
    """The parked events of one schema. ``park`` and ``held`` work inside the follower's own transaction."""

    def __init__(self, engine: AsyncEngine, schema: str) -> None:
        self._engine = engine
        self._table = tagged(_PARKED, schema)
        self._positions = Positions(schema)

    async def create(self, connection: AsyncConnection) -> None:
        """Create the table where it is missing; call after ``Positions.create``, whose lock it shares.

        An index that is there is not asked for: to ask would lock the table against whoever follows meanwhile, and who
        waits for that one's position then waits for ever.
        """
        await connection.execute(CreateTable(self._table, if_not_exists=True))
        for index in self._table.indexes:
            name = f"{self._table.schema}.{index.name}" if self._table.schema else index.name
            if await connection.scalar(select(func.to_regclass(name))) is None:
                await connection.execute(CreateIndex(index, if_not_exists=True))

    async def held(self, connection: AsyncConnection, follower: str) -> dict[str, int]:
        """The streams held back, each with the seq it waits behind. Ask once a page, under the position's lock."""
        table = self._table
        first = select(table.c.stream, func.min(table.c.seq)).where(table.c.follower == follower)
        rows = await connection.execute(first.group_by(table.c.stream))
        return {row[0]: row[1] for row in rows}

    async def park(
        self,
        connection: AsyncConnection,
        follower: str,
        envelope: Envelope,
        error: Exception | None = None,
        *,
        behind: int = 0,
    ) -> None:
        """Set an event aside, with its error or ``behind`` the seq that holds its stream. Again: nothing."""
        row = {
            "follower": follower,
            "seq": envelope.seq,
            "stream": envelope.stream,
            "type": envelope.type,
            "state": FAILED if error else HELD,
            "error": _clean(describe(error)) if error else f"held behind seq {behind}",
            "trace": _clean(trace(error)) if error else "",
        }
        await connection.execute(insert(self._table).values(row).on_conflict_do_nothing())

    async def all(self, follower: str | None = None) -> list[Parked]:
        """What is parked, by seq; of one follower or of all."""
        query = select(self._table).order_by(self._table.c.seq, self._table.c.follower)
        if follower is not None:
            query = query.where(self._table.c.follower == follower)
        return await self._read(query)

    async def show(self, seq: int) -> list[Parked]:
        """The followers that parked this event, with error and trace."""
        return await self._read(select(self._table).where(self._table.c.seq == seq).order_by(self._table.c.follower))

    async def release(
        self,
        log: Log,
        follower: str,
        stream: str,
        apply: Callable[[AsyncConnection, Envelope], Awaitable[None]],
    ) -> Released:
        """Take a held stream's events in again, in order, in one transaction, and let the stream go on.

        Where one fails again, nothing is taken in: it stays parked with the new error, the stream stays held.
        Transient errors are raised. The follower's position is locked meanwhile. Again: nothing to apply.
        """
        async with self._engine.begin() as connection:
            await self._positions.lock(connection, follower)
            mine = (self._table.c.follower == follower) & (self._table.c.stream == stream)
            rows = await connection.execute(select(self._table.c.seq).where(mine).order_by(self._table.c.seq))
            seqs = tuple(rows.scalars())
            at = 0
            try:
                async with connection.begin_nested():
                    for at in seqs:
                        await apply(connection, await _read_one(log, at))
                    await connection.execute(delete(self._table).where(mine))
            except Exception as error:
                if not is_poison(error):
                    raise
                await self._fail_again(connection, follower, at, error)
                return Released((), at, describe(error))
        return Released(seqs)

    async def move(self, connection: AsyncConnection, follower: str, to: str | None) -> None:
        """Give a follower's parked events to another in place of its own (a rebuild took over), or forget them."""
        if to is None:
            await connection.execute(delete(self._table).where(self._table.c.follower == follower))
            return
        await connection.execute(delete(self._table).where(self._table.c.follower == to))
        await connection.execute(update(self._table).where(self._table.c.follower == follower).values(follower=to))

    async def _fail_again(self, connection: AsyncConnection, follower: str, seq: int, error: Exception) -> None:
        entry = (self._table.c.follower == follower) & (self._table.c.seq == seq)
        values = {"state": FAILED, "error": _clean(describe(error)), "trace": _clean(trace(error))}
        await connection.execute(update(self._table).where(entry).values(values))

    async def _read(self, query: object) -> list[Parked]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)  # type: ignore[call-overload]
            return [Parked(**row) for row in rows.mappings()]


async def _read_one(log: Log, seq: int) -> Envelope:
    envelopes = await log.read_all(seq - 1, limit=1, until=seq, include_internal=True, keep_unknown=True)
    if not envelopes:
        raise LookupError(f"the log gives no event {seq}")
    return envelopes[0]


def _clean(text: str) -> str:
    """PostgreSQL's text holds no NUL, and it may be just what the event was parked for."""
    return text.replace("\x00", "\\x00")


__all__ = ["Log", "Parked", "Parking", "Released", "is_poison"]
