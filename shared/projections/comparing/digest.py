"""A digest of a read model's rows, bound to the seq they stand at: two rebuilds that agree prove each other.

A table's digest is SHA-256 over a header line (``<table>\\t<column>\\t<column>...\\n``) and the text that PostgreSQL's
``COPY ... TO STDOUT`` gives of its rows in the order of the primary key, text compared byte by byte (collation "C"),
with times in UTC, ISO dates, hex bytes. JSON is jsonb, whose text has one form. The combined digest is SHA-256 over::

    juqu projection digest v1
    <projection> <version> <seq>
    <table> <hex digest>          one line a table, by name
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import String, collate, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.projections.positions import Positions
from shared.projections.projection import Projection
from shared.projections.projector import follower_name
from shared.projections.view_table import ViewTable, driver, sql

_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}


@dataclass(frozen=True, slots=True)
class Digest:
    """What a projection's tables hold at a ``seq``: SHA-256 (hex) by table."""

    projection: str
    version: int
    seq: int
    tables: Mapping[str, str]

    @property
    def combined(self) -> str:
        """One SHA-256 (hex) over all of it."""
        lines = ["juqu projection digest v1", f"{self.projection} {self.version} {self.seq}"]
        lines += [f"{name} {self.tables[name]}" for name in sorted(self.tables)]
        return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()

    def differs(self, other: Digest) -> tuple[str, ...]:
        """The tables, by name, whose rows are not the same in both."""
        names = sorted(self.tables.keys() | other.tables.keys())
        return tuple(name for name in names if self.tables.get(name) != other.tables.get(name))


async def digest_projection(engine: AsyncEngine, projection: Projection, schema: str, tag: str = "") -> Digest:
    """The digest of the live tables, or of a replay's under its tag, with the position, in one snapshot.

    Raises ``LookupError`` where there is no such projection or replay.
    """
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        name = follower_name(projection, tag)
        stored = await Positions(schema).read(connection, name)
        if stored is None:
            raise LookupError(f"there is no {name} in {schema}")
        tables = [ViewTable(view, schema, tag) for view in projection.views]
        digests = await digest_tables(connection, tables)
        return Digest(projection.name, stored.version, stored.seq, digests)


async def digest_tables(connection: AsyncConnection, tables: Sequence[ViewTable]) -> dict[str, str]:
    """The tables' digests by view, in the caller's transaction, which keeps the settings that this makes."""
    for name, value in _SETTINGS.items():
        await connection.execute(select(func.set_config(name, value, True)))
    return {table.view.name: await _digest(connection, table) for table in tables}


async def _digest(connection: AsyncConnection, table: ViewTable) -> str:
    columns = [table.table.c[name] for name in table.view.columns]
    keys = [table.table.c[name] for name in table.view.key_columns]
    order = [collate(key, "C") if isinstance(key.type, String) else key for key in keys]
    hashed = sha256("\t".join((table.view.name, *table.view.columns)).encode() + b"\n")

    async def take(chunk: bytes) -> None:
        hashed.update(chunk)

    raw = await driver(connection)
    await raw.copy_from_query(sql(select(*columns).order_by(*order)), output=take)
    return hashed.hexdigest()


__all__ = ["Digest", "digest_projection", "digest_tables"]
