"""What asyncpg alone writes into the bare table; every statement is prepared and commits by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bench import facts
from bench.raw import bare
from bench.task import Round, Sample, Spec, Stopwatch


@asynccontextmanager
async def insert(spec: Spec) -> AsyncIterator[Round]:
    """One event an insert, each caller on a connection of its own."""
    async with asyncpg.create_pool(spec.owner, min_size=spec.callers, max_size=spec.callers, reset=_nothing) as pool:
        watch = Stopwatch(spec.callers, spec.seconds)
        free = [await pool.acquire() for _ in range(spec.callers)]

        async def act(values: bare.Values) -> None:
            connection = free.pop()
            await connection.execute(bare.INSERT, *values)
            free.append(connection)

        async def round_() -> Sample:
            return await watch.measure(lambda: bare.row(facts.stream()), act)

        yield round_
        for connection in free:
            await pool.release(connection)


@asynccontextmanager
async def unnest(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events an insert, as arrays."""
    connection = await asyncpg.connect(spec.owner)
    watch = Stopwatch(1, spec.seconds)

    def prepare() -> list[list[object]]:
        return [list(column) for column in zip(*bare.batch(spec.size), strict=True)]

    async def act(columns: list[list[object]]) -> None:
        await connection.execute(bare.UNNEST, *columns)

    yield lambda: watch.measure(prepare, act, weight=spec.size)
    await connection.close()


@asynccontextmanager
async def copy(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events a binary COPY."""
    connection = await asyncpg.connect(spec.owner)
    watch = Stopwatch(1, spec.seconds)

    async def act(rows: list[bare.Values]) -> None:
        await connection.copy_records_to_table("events", schema_name="bare", columns=bare.COLUMNS, records=rows)

    yield lambda: watch.measure(lambda: bare.batch(spec.size), act, weight=spec.size)
    await connection.close()


async def _nothing(_connection: object) -> None:
    """Plain inserts leave nothing behind on a connection."""
