"""What reading the same rows and one SHA-256 of each takes, with no tree and nothing stored; what one tile takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from os import urandom

import asyncpg

from bench.task import Round, Sample, Spec, Stopwatch, timed
from shared.notary.leaf import LEAF
from shared.notary.merkle import HASH_SIZE, TILE_WIDTH

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


@asynccontextmanager
async def tile(spec: Spec) -> AsyncIterator[Round]:
    """Read one whole tile and hash it up to its root, one at a time: what of a proof does not grow with the log."""
    connection = await asyncpg.connect(spec.owner)
    await connection.execute(
        "create table if not exists bare.tiles (id int primary key, hashes bytea storage external)"
    )
    made = urandom(TILE_WIDTH * HASH_SIZE)
    await connection.execute("insert into bare.tiles values (1, $1) on conflict (id) do update set hashes = $1", made)
    watch = Stopwatch(1, spec.seconds)

    async def act(ident: int) -> None:
        hashes = await connection.fetchval("select hashes from bare.tiles where id = $1", ident)
        level = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
        while len(level) > 1:
            pairs = iter(level)
            level = [sha256(left + right).digest() for left, right in zip(pairs, pairs, strict=True)]

    yield lambda: watch.measure(lambda: 1, act)
    await connection.close()
