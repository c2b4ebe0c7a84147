"""A page taken in by one statement: rows and position together, if the position is as this process left it.

The steady state of a follower that is alone: no transaction is opened and no lock waited for. The statement does
nothing where anybody else moved the position meanwhile, or is about to change the tables (it holds locks on them
before it asks for the position's, and must not wait for that); the caller then goes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.core import Envelope
from shared.eventlog.epochs import Footing
from shared.projections.positions import HOLDS
from shared.projections.projection import Projection
from shared.projections.view import Key, Row
from shared.projections.view_table import ViewTable, driver_of
from shared.projections.working_set import WorkingSet

_MOVED = """moved as (
    update "{{0}}".checkpoints set seq = $4, updated_at = clock_timestamp(), epoch = $5::uuid,
        event_seq = case when $7::uuid is null then event_seq else $6 end, event_id = coalesce($7::uuid, event_id)
    where name = $1 and seq = $2 and updated_at = $3
        and pg_try_advisory_xact_lock_shared(hashtextextended('{{0}} ' || name, 1))
        and ($5::uuid is null or {holds})
    returning updated_at)""".format(holds=HOLDS.format(epoch="$5", seq="$6", event="$7::uuid"))  # noqa: S608
_WHEN = "select updated_at from moved"

MOST = 100
"""Events of a page that one statement is for; longer ones are better off with COPY."""

SCHEMA_CHANGED = (asyncpg.SyntaxOrAccessError, asyncpg.FeatureNotSupportedError)
"""What PostgreSQL says where tables were changed under a prepared statement: another version may have taken over."""


@dataclass(frozen=True, slots=True)
class Left:
    """A position as this process left it, when no event of its follower was parked."""

    seq: int
    at: datetime


class OneCall:
    """One projection's statements. Raises what a fold, the server or the connection raises; nothing is done then, or
    (where the answer got lost) all of it."""

    def __init__(
        self, engine: AsyncEngine, projection: Projection, name: str, schema: str, tables: Sequence[ViewTable]
    ) -> None:
        self._engine = engine
        self._projection = projection
        self._name = name
        self._schema = schema
        self._tables = {each.view.name: each for each in tables}

    async def apply(
        self, page: Sequence[Envelope], upto: int, left: Left, footing: Footing | None = None
    ) -> Left | None:
        """Take a page in, and say how the position is left; ``None``: somebody else has moved it, or the log does not
        hold the page."""
        async with self._engine.connect() as pooled:
            connection = await driver_of(pooled)
            try:
                notes = {name: _Notes(table, connection) for name, table in self._tables.items()}
                rows = WorkingSet(self._projection, notes)
                await rows.fetch(page)
                for envelope in page:
                    rows.fold(envelope)
                await rows.flush()
                text, values = self._statement(notes)
                on = (footing.epoch, footing.seq, footing.event_id) if footing else (None, 0, None)
                at = await connection.fetchval(text, self._name, left.seq, left.at, upto, *on, *values)
            except BaseException:
                await pooled.invalidate()
                raise
        return Left(upto, at) if at else None

    def _statement(self, notes: Mapping[str, _Notes]) -> tuple[str, list[object]]:
        parts = [_MOVED.format(self._schema)]
        values: list[object] = []
        for number, note in enumerate(notes.values()):
            for kind, text, columns in note.writes():
                parts.append(f"{kind}{number} as ({_shifted(text, 7 + len(values))})")
                values += columns
        return f"with {', '.join(parts)} {_WHEN}", values


class _Notes:
    """A ``Store`` that loads, and notes what is to be written."""

    def __init__(self, table: ViewTable, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._table = table
        self._bound = table.on(connection)
        self._rows: Mapping[Key, Row | None] = {}
        self._added: Sequence[Row] = ()

    async def load(self, keys: Sequence[Key]) -> Mapping[Key, Row]:
        return await self._bound.load(keys)

    async def add(self, rows: Sequence[Row]) -> None:
        self._added = rows

    async def write(self, rows: Mapping[Key, Row | None], absent: AbstractSet[Key]) -> None:
        self._rows = {key: row for key, row in rows.items() if row is not None or key not in absent}

    def writes(self) -> list[tuple[str, str, list[list[object]]]]:
        """The statements to be run where the position moved, with a list of values a column."""
        statements = []
        if added := list(map(self._table.encode, self._added)):
            statements.append(("added", self._table.insert_if_moved, [list(each) for each in zip(*added, strict=True)]))
        if put := [self._table.encode(row) for row in self._rows.values() if row is not None]:
            statements.append(("put", self._table.upsert_if_moved, [list(each) for each in zip(*put, strict=True)]))
        if gone := [key for key, row in self._rows.items() if row is None]:
            statements.append(("gone", self._table.delete_if_moved, [list(each) for each in zip(*gone, strict=True)]))
        return statements


def _shifted(text: str, by: int) -> str:
    """A statement whose parameters are numbered from ``by`` + 1 on."""
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + by}", text)


__all__ = ["MOST", "SCHEMA_CHANGED", "Left", "OneCall"]
