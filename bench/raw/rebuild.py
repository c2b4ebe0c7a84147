"""What COPY gives out of the log, unparsed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bench.task import Round, Sample, Spec, timed
from shared.eventlog.codec import COLUMNS


@asynccontextmanager
async def copy_out(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events as text, counted by the server and thrown away."""
    connection = await asyncpg.connect(spec.owner)

    async def drop(_: bytes) -> None:
        """Look at nothing."""

    async def once() -> int:
        query = f"select {COLUMNS} from log.events order by seq"  # noqa: S608
        return int((await connection.copy_from_query(query, output=drop)).split()[-1])

    async def round_() -> Sample:
        return await timed(once())

    yield round_
    await connection.close()
