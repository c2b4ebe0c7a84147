"""What differs between two states of a read model: rows added, removed, changed, column by column.

Both states' tables are read side by side in the order of the key, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import String, and_, collate, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.projections.projection import Key, Projection, Row, View
from shared.projections.view_table import ViewTable


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not the same: ``before`` or ``after`` is ``None`` where there is none."""

    view: str
    key: Key
    before: Row | None
    after: Row | None

    @property
    def kind(self) -> str:
        """What became of the row."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose value changed."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name, value in self.before.items() if value != self.after[name])


async def differences(
    engine: AsyncEngine, projection: Projection, schema: str, before: str, after: str
) -> AsyncIterator[Difference]:
    """The rows that differ between two replays (tags; "" is the live one), by view and key, in one snapshot."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        for view in projection.views:
            async for each in _of_view(connection, view, schema, before, after):
                yield each


async def _of_view(
    connection: AsyncConnection, view: View, schema: str, before: str, after: str
) -> AsyncIterator[Difference]:
    one, other = ViewTable(view, schema, before).table, ViewTable(view, schema, after).table
    old, new = one.alias("old"), other.alias("new")
    same_key = [old.c[name] == new.c[name] for name in view.key_columns]
    keys = [func.coalesce(old.c[name], new.c[name]) for name in view.key_columns]
    order = [
        collate(key, "C") if isinstance(old.c[name].type, String) else key
        for key, name in zip(keys, view.key_columns, strict=True)
    ]
    first = view.key_columns[0]
    query = (
        select(old.c[first].is_not(None), new.c[first].is_not(None), *old.c, *new.c)
        .select_from(old.outerjoin(new, and_(*same_key), full=True))
        .where(literal_column('"old".*::text').is_distinct_from(literal_column('"new".*::text')))
        .order_by(*order)
    )
    result = await connection.stream(query)
    async for record in result:
        was, is_, *values = record
        row = dict(zip(view.columns, values[: len(view.columns)], strict=True)) if was else None
        now = dict(zip(view.columns, values[len(view.columns) :], strict=True)) if is_ else None
        there: Row = now or row or {}
        yield Difference(view.name, tuple(there[name] for name in view.key_columns), row, now)


__all__ = ["Difference", "differences"]
