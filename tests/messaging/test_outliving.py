"""The publisher outlives errors that nobody foresaw: uvloop's own, for a connection lost before it was written to."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL
from shared.messaging.publisher import Publisher
from shared.messaging.wire import Batch, StreamAppender
from tests.messaging.traffic import Writer, entries, eventually, published


async def test_a_connection_that_the_loop_found_closed_ends_nothing(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def complete() -> bool:
        return [int(entry["seq"]) for _, entry in await entries(redis, ALL)] == await published(log)

    await writer.some(5)
    await eventually(complete, "the first are published")
    send, failures = StreamAppender.send, iter(range(3))

    async def fails_at_first(self: StreamAppender, batch: Batch) -> None:
        if next(failures, None) is not None:
            raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")
        await send(self, batch)

    monkeypatch.setattr(StreamAppender, "send", fails_at_first)

    await writer.some(5)

    await eventually(complete, "the others are published")
    assert next(failures, None) is None
