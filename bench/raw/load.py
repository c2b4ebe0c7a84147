"""What asyncpg and msgspec take for a stream: the same columns, each event decoded into its class and folded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from bench.raw import bare
from bench.task import Round, Spec, Stopwatch
from shared.contracts.intake import ApplicationEndorsed

_COLUMNS = ", ".join(("seq", *bare.COLUMNS))
_STREAM = f"select {_COLUMNS} from bare.events where stream = $1 order by version"  # noqa: S608


@asynccontextmanager
async def load(spec: Spec) -> AsyncIterator[Round]:
    """One connection loads a stream of ``size`` events again and again."""
    connection = await asyncpg.connect(spec.owner)
    events = bare.batch(spec.size)
    stream = events[0][bare.COLUMNS.index("stream")]
    await connection.executemany(bare.INSERT, events)
    decode = msgspec.json.Decoder(ApplicationEndorsed).decode
    watch = Stopwatch(1, spec.seconds)

    async def act(_: None) -> None:
        state = 0
        for row in await connection.fetch(_STREAM, stream):
            decode(row["data"])
            state += 1
        if state != spec.size:
            raise AssertionError(f"loaded {state} of {spec.size} events")

    yield lambda: watch.measure(lambda: None, act)
    await connection.close()
