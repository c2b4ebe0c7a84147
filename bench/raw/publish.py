"""What redis-py writes in pipelines: the same entries into the same streams, made ready before the clock starts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from redis import Redis

from bench.ours.publish import STREAMS
from bench.task import Round, Sample, Spec, chunks, timed
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import attributes

PAGE = 500
"""Events a pipeline, as the publisher takes them."""

Fields = dict[str, str]


@asynccontextmanager
async def xadd(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events into two streams, a pipeline (without MULTI) for each 500; counts the entries, two an event.

    redis-py's blocking client, which is faster at this than its asynchronous one.
    """
    redis = Redis.from_url(spec.redis)
    entries = await _entries(spec)

    async def round_() -> Sample:
        redis.flushdb()
        return await timed(_add(redis, entries))

    yield round_
    redis.close()


async def _entries(spec: Spec) -> list[tuple[str, Fields]]:
    async with await EventLog.open(spec.relay) as log:
        events = await log.read_raw(0, limit=spec.size)
    return [(f"{each.seq}-0", attributes(each, each.seq - 1) | {"data": each.data}) for each in events]


async def _add(redis: Redis, entries: Sequence[tuple[str, Fields]]) -> int:
    for page in chunks(len(entries), PAGE):
        with redis.pipeline(transaction=False) as pipeline:
            for number in page:
                entry_id, fields = entries[number]
                for stream in STREAMS:
                    pipeline.xadd(stream, fields, id=entry_id)  # type: ignore[arg-type]
            pipeline.execute()
    return len(entries) * len(STREAMS)
