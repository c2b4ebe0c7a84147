"""Indexes that wait until a table is filled: building one over all rows costs a fraction of keeping it row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateIndex, DropIndex
from sqlalchemy.sql import func

from shared.projections.view_table import ViewTable

_MEMORY = "256MB"


async def put_off(connection: AsyncConnection, tables: Sequence[ViewTable]) -> None:
    """Drop what is not needed to fill empty tables: plain indexes, and the primary key where rows are only added."""
    for index in _plain(tables):
        await connection.execute(DropIndex(index, if_exists=True))
    for each in tables:
        if each.view.each is not None and (name := await connection.run_sync(_primary_key, each)):
            quote = connection.dialect.identifier_preparer.quote
            await connection.execute(text(f"alter table {_named(connection, each)} drop constraint {quote(name)}"))


async def complete(connection: AsyncConnection, tables: Sequence[ViewTable]) -> None:
    """Build what is missing, in the caller's transaction. Raises ``IntegrityError`` where a key stands twice."""
    await connection.execute(select(func.set_config("maintenance_work_mem", _MEMORY, True)))
    for each in tables:
        if await connection.run_sync(_primary_key, each) is None:
            quote = connection.dialect.identifier_preparer.quote
            columns = ", ".join(map(quote, each.view.key_columns))
            await connection.execute(text(f"alter table {_named(connection, each)} add primary key ({columns})"))
    for index in _plain(tables):
        await connection.execute(CreateIndex(index, if_not_exists=True))


def _plain(tables: Sequence[ViewTable]) -> list[Any]:
    return [index for each in tables for index in each.table.indexes if not index.unique]


def _primary_key(connection: Connection, table: ViewTable) -> str | None:
    return inspect(connection).get_pk_constraint(table.table.name, table.table.schema)["name"]


def _named(connection: AsyncConnection, table: ViewTable) -> str:
    return str(connection.dialect.identifier_preparer.format_table(table.table))


__all__ = ["complete", "put_off"]
