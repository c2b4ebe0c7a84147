"""A page of the rows that hold words, at the same price however many rows there are.

Where many rows hold them, a page of them stands among the first rows of the order, which are looked through. Where few
do, an index finds them (``names``). Neither way looks at every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, Table, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.util import ClauseAdapter

Clauses = Sequence[ColumnElement[bool]]
LOOKED_THROUGH: Final = 3000
"""Rows of the order that are looked through; a word that none of them holds is rare enough for the index."""


async def page_with_words(
    connection: AsyncConnection,
    table: Table,
    *,
    limit: int,
    offset: int,
    order: Sequence[ColumnElement[Any]],
    among: Clauses,
    hold: Clauses,
    may_hold: Clauses,
) -> list[dict[str, Any]]:
    """A page of the rows that are ``among`` those of a list and ``hold`` the words (without words all of them), in an
    order. ``may_hold`` says by an index which rows can."""
    if hold:
        nearest = select(table).where(*among).order_by(*order)
        first = nearest.limit(plainly(LOOKED_THROUGH)).subquery()
        near = ClauseAdapter(first)
        seen = select(first).where(*map(near.traverse, hold)).order_by(*map(near.traverse, order))
        rows = await _rows(connection, seen.limit(plainly(limit)).offset(plainly(offset)))
        if len(rows) == limit:
            return rows
    every = select(table).where(*among, *hold, *may_hold).order_by(*order)
    return await _rows(connection, every.limit(plainly(limit)).offset(plainly(offset)))


def plainly(number: int) -> ColumnElement[int]:
    """A limit or an offset in the statement's own text: a plan kept for any limit sorts the whole table."""
    return literal_column(str(number), Integer)


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]


__all__ = ["page_with_words", "plainly"]
