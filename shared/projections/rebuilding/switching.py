"""Putting what was built beside a read model in its place."""

from __future__ import annotations

from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.projections.parking import Parking
from shared.projections.positions import Position, Positions
from shared.projections.projector import drop_tables, first_position
from shared.projections.rebuilding.shadow import Shadow
from shared.projections.view_table import ViewTable


async def switch(connection: AsyncConnection, schema: str, shadow: Shadow, live: Position | None) -> None:
    """Put the new tables in place of the live ones, with their position and parked events."""
    projection = shadow.projection
    tables = [ViewTable(view, schema) for view in projection.views]
    await drop_tables(
        connection, schema, sorted({each.table.name for each in tables} | set(live.tables if live else ()))
    )
    for each in shadow.tables:
        await _take_the_tag_off(connection, each.table, shadow.tag)
    await Parking(connection.engine, schema).move(connection, shadow.name, projection.name)
    positions = Positions(schema)
    await positions.remove(connection, shadow.name)
    await positions.put(connection, first_position(projection, tables, seq=shadow.seq))


async def _take_the_tag_off(connection: AsyncConnection, table: Table, tag: str) -> None:
    """Rename a table and its indexes (a primary key's has the tag in the middle).

    The table comes first, as its lock keeps the vacuum out, which holds the table while it waits for its indexes' rows
    in the catalog.
    """
    quote = connection.dialect.identifier_preparer.quote
    schema = quote(str(table.schema))

    def names(plain: Connection) -> list[str]:
        look = inspect(plain)
        constraints = [look.get_pk_constraint(table.name, table.schema)["name"]]
        constraints += [each["name"] for each in look.get_indexes(table.name, table.schema)]
        return [name for name in constraints if name]

    indexes = await connection.run_sync(names)
    to = quote(table.name.removesuffix(f"__{tag}"))
    await connection.execute(text(f"alter table {schema}.{quote(table.name)} rename to {to}"))
    for name in indexes:
        to = quote(name.replace(f"__{tag}", "", 1))
        await connection.execute(text(f"alter index {schema}.{quote(name)} rename to {to}"))


__all__ = ["switch"]
