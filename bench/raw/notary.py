"""What reading the same rows and one SHA-256 of each takes, with no tree and nothing stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import asyncpg

from bench.task import Round, Sample, Spec, timed
from shared.notary.leaf import LEAF

_PAGE = f"select seq, stream, version, {LEAF} from log.events where seq > $1 order by seq limit 2048"  # noqa: S608


@asynccontextmanager
async def read_and_hash(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events in pages, one after the other."""
    connection = await asyncpg.connect(spec.notary)

    async def all_of_them() -> int:
        done = 0
        while rows := await connection.fetch(_PAGE, done):
            for row in rows:
                sha256(row[3].encode()).digest()
            done += len(rows)
        return done

    async def round_() -> Sample:
        return await timed(all_of_them())

    yield round_
    await connection.close()
