"""The subscriptions of one process: FastStream reads the streams, each subscription takes in what it brings.

FastStream reads without consumer groups: no entry waits for an acknowledgement, and a flushed server has no group to
lose.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import structlog
from faststream.message import StreamMessage
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.message import BatchStreamMessage
from faststream.redis.subscriber.usecases.stream_subscriber import StreamBatchSubscriber

from shared.eventlog.codec import StoredEvent
from shared.eventlog.log import EventLog
from shared.eventlog.wording import describe
from shared.messaging.entries import RawEntry
from shared.messaging.follower import Follower, SubscriptionPace, SubscriptionStatus, everything
from shared.messaging.subscription import Subscription
from shared.messaging.wire import entry_id
from shared.retrying import Pauses, retry
from shared.tasks import end

POLL_MS = 1000
"""Milliseconds that one read of a stream waits; the next read notices a changed position. No effect on latency."""

logger = structlog.get_logger("messaging.streams")


class Subscriptions:
    """Subscriptions over one Redis. ``add`` each, then ``start``; works from the log alone while Redis is away."""

    def __init__(self, log: EventLog, redis_url: str, *, pace: SubscriptionPace | None = None) -> None:
        self._log = log
        self._pace = pace or SubscriptionPace()
        self.broker = RedisBroker(
            redis_url,
            apply_types=False,
            graceful_timeout=5.0,
            socket_timeout=POLL_MS / 1000 + 5,
            socket_connect_timeout=2,
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
        )
        self._all: list[Subscription] = []
        self._readers: list[tuple[Subscription, StreamBatchSubscriber]] = []
        self._task: asyncio.Task[None] | None = None
        self._reading = False

    def add(
        self,
        follower: Follower,
        *,
        source: str | None,
        categories: Sequence[str] | None,
        include_internal: bool = False,
        on_noise: Callable[[str, str, str], None] | None = None,
        concerned_with: Callable[[StoredEvent], bool] = everything,
    ) -> Subscription:
        """Subscribe a follower to a stream (``events.all``, ``events.<service>``), or with ``None`` to the log alone.

        ``categories`` are the services whose events it is given, ``None`` for all. ``on_noise`` is told the follower,
        the entry id and the reason of an entry that is no event. The follower is only given events that it is
        ``concerned_with``. Raises ``ValueError`` for a name that is taken.
        """
        if any(other.follower.name == follower.name for other in self._all):
            raise ValueError(f"{follower.name} is subscribed already")
        subscription = Subscription(
            follower,
            self._log,
            source=source,
            categories=categories,
            include_internal=include_internal,
            pace=self._pace,
            on_noise=on_noise,
            concerned_with=concerned_with,
        )
        self._all.append(subscription)
        if source is not None:
            self._readers.append((subscription, self._reader(subscription, source)))
        return subscription

    async def start(self) -> None:
        """Start every subscription. Does not wait for Redis, nor for the followers' database."""
        for subscription in self._all:
            await subscription.start()
        self._task = asyncio.create_task(self._read(), name="subscriptions")

    async def stop(self) -> None:
        """Stop reading, then stop every subscription."""
        for subscription in self._all:
            subscription.stopping = True
        if self._task is not None:
            await end(self._task)
        await self.broker.stop()
        for subscription in self._all:
            await subscription.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def status(self) -> list[SubscriptionStatus]:
        """How each subscription does."""
        return [subscription.status() for subscription in self._all]

    def _reader(self, subscription: Subscription, source: str) -> StreamBatchSubscriber:
        stream = StreamSub(source, batch=True, last_id="0-0", max_records=self._pace.page, polling_interval=POLL_MS)
        reader = self.broker.subscriber(
            stream=stream, parser=_parse, decoder=_decode, no_reply=True, title=subscription.follower.name
        )

        async def handle(entries: list[RawEntry]) -> None:
            await subscription.deliver(entries)

        reader(handle)
        subscription.alive = lambda: not self._reading or _alive(reader)
        subscription.moved = lambda: _read_from(reader, subscription)
        return reader

    async def _read(self) -> None:
        """Start to read as soon as Redis answers; from then on FastStream reconnects by itself."""
        for subscription, reader in self._readers:
            await subscription.placed.wait()
            _read_from(reader, subscription)
        if self._readers:
            await retry(self._start_broker, outlives=_unreachable, pauses=Pauses(1.0))
            self._reading = True

    async def _start_broker(self) -> None:
        try:
            await self.broker.start()
        except Exception:
            await self.broker.stop()
            raise


def _unreachable(error: Exception) -> bool:
    """Try again after any error: meanwhile the events come from the log."""
    logger.warning("streams.unreachable", error=describe(error))
    return True


def _read_from(reader: StreamBatchSubscriber, subscription: Subscription) -> None:
    reader.last_id = entry_id(subscription.position)


def _alive(reader: StreamBatchSubscriber) -> bool:
    return reader.running and any(not task.done() for task in reader.tasks)


async def _parse(message: BatchStreamMessage) -> StreamMessage[BatchStreamMessage]:
    return StreamMessage(raw_message=message, body=b"")


async def _decode(message: StreamMessage[BatchStreamMessage]) -> list[RawEntry]:
    raw = message.raw_message
    return [(name.decode(), fields) for name, fields in zip(raw["message_ids"], raw["data"], strict=True)]
