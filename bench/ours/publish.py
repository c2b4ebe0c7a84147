"""Publishing a backlog: from the log into two empty streams, as a relay does after a long night."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from redis.asyncio import Redis

from bench.task import Round, Sample, Spec, timed
from shared.contracts.core import DECIDING
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL, stream_of
from shared.messaging.publisher import Publisher, PublisherPace

LATEST = 5_000
STREAMS = (ALL, stream_of("intake"))
"""Where an event of intake goes: two entries an event."""


@asynccontextmanager
async def publish(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events into two streams; counts the entries (``XADD``), two an event."""
    async with _publishing(spec, PublisherPace(), spec.size) as round_:
        yield round_


@asynccontextmanager
async def publish_latest(spec: Spec) -> AsyncIterator[Round]:
    """The newest 5,000 events of a log of ``size`` that the bench filled (an event a millisecond), by the retention."""
    async with _publishing(spec, PublisherPace(retention=timedelta(milliseconds=LATEST - 0.5)), LATEST) as round_:
        yield round_


@asynccontextmanager
async def _publishing(spec: Spec, pace: PublisherPace, backlog: int) -> AsyncIterator[Round]:
    redis = Redis.from_url(spec.redis)
    async with await EventLog.open(spec.relay) as log:

        async def round_() -> Sample:
            await redis.flushdb()
            sample = await timed(_publish(spec, log, pace, backlog))
            for stream in STREAMS:
                if await redis.xlen(stream) != backlog:
                    raise AssertionError(f"{stream} does not hold {backlog} events")
            return sample

        yield round_
    await redis.aclose()


async def _publish(spec: Spec, log: EventLog, pace: PublisherPace, backlog: int) -> int:
    publisher = Publisher(log, database_url=spec.relay, redis_url=spec.redis, services=DECIDING, pace=pace)
    running = asyncio.create_task(publisher.run())
    try:
        while not all(publisher.status().tails.get(stream) == spec.size for stream in STREAMS):
            if running.done():
                await running
            await asyncio.sleep(0.002)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    return backlog * len(STREAMS)
