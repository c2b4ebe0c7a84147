"""A view's rows in PostgreSQL: loaded, written and created in bulk, in one schema, live or under a replay's tag.

A replay's tables stand beside the live ones in the same schema, named ``<table>__<tag>``: a service's role owns its
schema and may create nothing elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, cast

import asyncpg
from sqlalchemy import (
    ARRAY,
    Column,
    Executable,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    column,
    delete,
    func,
    select,
    text,
    true,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement, quoted_name
from sqlalchemy.sql.selectable import TableValuedAlias

from shared.projections.view import Key, Row, View

_COPY_FROM_ROWS = 500
_MOVED = cast("ColumnElement[bool]", text("exists (select from moved)"))
_DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]
TAG = re.compile(r"[a-z][a-z0-9_]{0,19}")
"""How a replay may be tagged."""


def sql(statement: Executable) -> str:
    """A statement's text for asyncpg ($1 ...), its parameters in the order in which they were written."""
    return str(cast(Any, statement).compile(dialect=_DIALECT))


async def driver(connection: AsyncConnection) -> asyncpg.Connection[asyncpg.Record]:
    """The asyncpg connection under SQLAlchemy's, for bulk work inside the transaction that SQLAlchemy has begun.

    SQLAlchemy begins with its first statement: execute one before.
    """
    return await driver_of(connection)


async def driver_of(connection: AsyncConnection) -> asyncpg.Connection[asyncpg.Record]:
    """The same outside a transaction: each statement commits by itself."""
    pooled = await connection.get_raw_connection()
    return cast("asyncpg.Connection[asyncpg.Record]", pooled.driver_connection)


def tagged(table: Table, schema: str, tag: str = "") -> Table:
    """The table in a schema, its and its indexes' names under a tag. Raises ``ValueError`` for a bad tag."""
    if tag and not TAG.fullmatch(tag):
        raise ValueError(f"tag {tag!r}: up to 20 of a-z, 0-9 and _, a letter first")
    suffix = f"__{tag}" if tag else ""
    made = table.to_metadata(MetaData(), schema=schema, name=table.name + suffix)
    for index in made.indexes:
        # Where SQLAlchemy names an index itself, the table's name with its tag is in it already.
        plain = str(index.name).replace(suffix, "", 1) if suffix else index.name
        index.name = quoted_name(f"{plain}{suffix}", None)
    for constraint in made.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.name:
            constraint.name = f"{constraint.name}{suffix}"
    return made


class ViewTable:
    """A view's table on one connection: a ``Store`` for the working set."""

    def __init__(self, view: View, schema: str, tag: str = "") -> None:
        self.view = view
        self.table = tagged(view.table, schema, tag)
        self._columns = tuple(self.table.columns)
        self._key_columns = tuple(self.table.primary_key.columns)
        self._json = frozenset(view.json_columns)
        self._load = sql(self._load_statement())
        self._upsert = sql(self._upsert_statement(true()))
        self._insert = sql(self._insert_statement(true()))
        self._delete = sql(self._delete_statement(true()))
        self.insert_if_moved = sql(self._insert_statement(_MOVED))
        self.upsert_if_moved = sql(self._upsert_statement(_MOVED))
        self.delete_if_moved = sql(self._delete_statement(_MOVED))

    def on(self, connection: asyncpg.Connection[asyncpg.Record]) -> BoundTable:
        """The table as seen through a connection that SQLAlchemy opened (its JSON codecs pass text)."""
        return BoundTable(self, connection)

    def _load_statement(self) -> Executable:
        keys = _unnest(self._key_columns)
        matches = [mine == keys.c[mine.name] for mine in self._key_columns]
        columns = [cast_to(each, Text).label(each.name) if each.name in self._json else each for each in self._columns]
        return select(*columns).where(and_(*matches))

    def _insert_statement(self, condition: ColumnElement[bool]) -> Insert:
        rows = _unnest(self._columns)
        return insert(self.table).from_select(
            [each.name for each in self._columns],
            select(*(rows.c[each.name] for each in self._columns)).where(condition),
        )

    def _upsert_statement(self, condition: ColumnElement[bool]) -> Executable:
        put = self._insert_statement(condition)
        keys = [each.name for each in self._key_columns]
        others = {each.name: put.excluded[each.name] for each in self._columns if each.name not in keys}
        if not others:
            return put.on_conflict_do_nothing(index_elements=keys)
        return put.on_conflict_do_update(index_elements=keys, set_=others)

    def _delete_statement(self, condition: ColumnElement[bool]) -> Executable:
        keys = _unnest(self._key_columns)
        return delete(self.table).where(and_(condition, *(mine == keys.c[mine.name] for mine in self._key_columns)))

    def encode(self, row: Row) -> tuple[object, ...]:
        """A row's values in the table's order. Raises ``TypeError`` or ``ValueError`` for what JSON cannot hold."""
        if not self._json and tuple(row) == self.view.columns:
            return tuple(row.values())
        return tuple(
            json.dumps(row[name], ensure_ascii=False, allow_nan=False)
            if name in self._json and row[name] is not None
            else row[name]
            for name in self.view.columns
        )

    def decode(self, record: asyncpg.Record) -> Row:
        """A stored record as the row that the fold gave."""
        row = dict(record.items())
        for name in self._json:
            if row[name] is not None:
                row[name] = json.loads(row[name])
        return row


class BoundTable:
    """A view's table through one connection, inside its transaction."""

    def __init__(self, table: ViewTable, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._table = table
        self._connection = connection

    async def load(self, keys: Sequence[Key]) -> Mapping[Key, Row]:
        """The stored rows of these keys."""
        names = self._table.view.key_columns
        records = await self._connection.fetch(self._table._load, *map(list, zip(*keys, strict=True)))
        rows = map(self._table.decode, records)
        return {tuple(row[name] for name in names): row for row in rows}

    async def add(self, rows: Sequence[Row]) -> None:
        """Store new rows, many by COPY. Needs no primary key, and refuses what breaks it."""
        records = list(map(self._table.encode, rows))
        if len(records) >= _COPY_FROM_ROWS:
            await self.copy(records)
        else:
            await self._connection.execute(self._table._insert, *map(list, zip(*records, strict=True)))

    async def write(self, rows: Mapping[Key, Row | None], absent: AbstractSet[Key]) -> None:
        """Store rows (``None`` deletes); many rows that are known to be absent go by COPY, the rest by one upsert."""
        gone = [key for key, row in rows.items() if row is None and key not in absent]
        new = [self._table.encode(row) for key, row in rows.items() if row is not None and key in absent]
        kept = [self._table.encode(row) for key, row in rows.items() if row is not None and key not in absent]
        if gone:
            await self._connection.execute(self._table._delete, *map(list, zip(*gone, strict=True)))
        if len(new) >= _COPY_FROM_ROWS:
            await self.copy(new)
        else:
            kept += new
        if kept:
            await self._connection.execute(self._table._upsert, *map(list, zip(*kept, strict=True)))

    async def copy(self, records: Sequence[tuple[object, ...]]) -> None:
        """Append encoded rows that the table does not hold."""
        table = self._table.table
        await self._connection.copy_records_to_table(
            table.name, records=records, columns=self._table.view.columns, schema_name=table.schema
        )


def _unnest(columns: Sequence[Column[Any]]) -> TableValuedAlias:
    """Arrays, one a column, as rows."""
    arrays = [bindparam(f"a{number}", type_=ARRAY(each.type)) for number, each in enumerate(columns)]
    named = [column(each.name, each.type) for each in columns]
    return func.unnest(*arrays).table_valued(*named).render_derived("given")


__all__ = ["TAG", "BoundTable", "ViewTable", "driver", "driver_of", "sql", "tagged"]
