"""The sending office of a notify process: its providers, its workers, its watch over those that died."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import sqlalchemy as sa
from redis.exceptions import RedisError

from services.notify.channels.outcome import Transport
from services.notify.channels.smpp import SmppTransport
from services.notify.channels.smtp import SmtpTransport
from services.notify.sending.gate import ProviderGate
from services.notify.sending.receipts import ReceiptBox
from services.notify.sending.sender import Sender
from services.notify.settings import NotifySettings
from services.notify.views.deliveries import deliveries
from shared.contracts.notify import Channel
from shared.messaging.workqueue import Job, Terms, WorkQueue
from shared.service.definition import Loop
from shared.service.logs import log
from shared.service.running import Service

AT_ONCE = 16
"""Messages a channel has under way at a time: a slow provider delays nobody else's channel."""
PUT_AGAIN = 5.0
"""Seconds after which what is still to be sent is put into the queue again."""
FOUND_MOST = 200
FRESH = 0.5
"""Seconds after news in the log in which the read model is looked at often: it follows the log."""
_ROWS = deliveries.table


class SendingOffice:
    """Brings what is ready to its provider. What is to be sent stands in SQL; the queue only shares it out."""

    def __init__(self, service: Service, settings: NotifySettings) -> None:
        self._service = service
        self.box = ReceiptBox(service)
        self.transports = self._open_transports(settings)
        self.gates = {channel: ProviderGate() for channel in self.transports}
        self.worker = f"{socket.gethostname()}:{uuid4()}"
        self.sender = Sender(service, self.transports, self.gates, self.worker, settings.pace)
        self._slots = {channel: asyncio.Semaphore(AT_ONCE) for channel in self.transports}
        self._tasks: set[asyncio.Task[None]] = set()
        self._put: dict[str, float] = {}
        self._head = 0
        self._news_at = 0.0
        self._trouble = ""
        self._queues: dict[Channel, WorkQueue] = {}

    def _open_transports(self, settings: NotifySettings) -> dict[Channel, Transport]:
        found: dict[Channel, Transport] = {}
        if settings.smtp_url:
            found[Channel.MAIL] = SmtpTransport(settings.smtp_url, settings.mail_from)
        if settings.smpp_url:
            found[Channel.SMS] = SmppTransport(settings.smpp_url, self.box.keep)
        return found

    def loops(self) -> dict[str, Loop]:
        """What runs beside the HTTP server."""
        return {"sending": self.send_for_ever, "leases": self.watch_leases, "receipts": self.box.match_for_ever}

    async def send_for_ever(self) -> None:
        """Put what is to be sent into the queue of its channel, and work on the queues."""
        for channel in self.transports:
            queue = self._queue(channel)
            self._queues[channel] = queue
            await queue.start()
        try:
            while True:
                await self._once()
        finally:
            for queue in self._queues.values():
                await queue.stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for transport in self.transports.values():
                await transport.close()

    async def _once(self) -> None:
        try:
            found = await self._put_what_is_due()
            self._trouble = ""
            if found or time.monotonic() - self._news_at < FRESH:
                await asyncio.sleep(0.03)
                return
            head = await self._service.log.wait_for_news(self._head, 0.25)
            if head > self._head:
                self._head, self._news_at = head, time.monotonic()
        except Exception as error:  # noqa: BLE001 - a loop for ever outlives whatever it meets, and health tells
            self._trouble = f"{type(error).__name__}: {error}"
            log("sending").warning("cannot look at the deliveries now", exc_info=error)
            await asyncio.sleep(0.5)

    async def _put_what_is_due(self) -> bool:
        """Put due deliveries that were not put lately; say whether there was one."""
        now = time.monotonic()
        self._put = {ident: at for ident, at in self._put.items() if now - at < PUT_AGAIN}
        channels = [channel for channel, gate in self.gates.items() if gate.open]
        new = [each for each in await self.due(channels) if each[0] not in self._put]
        for delivery_id, channel in new:
            self._put[delivery_id] = now
            try:
                await self._queues[channel].put({"delivery_id": delivery_id})
            except (RedisError, OSError):
                await self._share(channel, delivery_id)
        return bool(new)

    async def due(self, channels: Sequence[Channel]) -> list[tuple[str, Channel]]:
        """What is to be sent now by these channels, the oldest first."""
        due = sa.or_(
            _ROWS.c.state == "ready",
            sa.and_(_ROWS.c.state == "not-sent", _ROWS.c.retry_at <= sa.func.clock_timestamp()),
        )
        mine = _ROWS.c.channel.in_([channel.value for channel in channels])
        query = sa.select(_ROWS.c.delivery_id, _ROWS.c.channel).where(due, mine)
        async with self._service.reading() as connection:
            found = await connection.execute(query.order_by(_ROWS.c.requested_seq).limit(FOUND_MOST))
            return [(row[0], Channel(row[1])) for row in found]

    def _queue(self, channel: Channel) -> WorkQueue:
        async def work(job: Job) -> None:
            await self._share(channel, job.fields["delivery_id"])

        async def lost() -> None:
            self._put.clear()

        settings = self._service.settings
        return WorkQueue(
            settings.redis_url,
            f"work.notify.{channel.value}",
            consumer=f"{socket.gethostname()}:{settings.port}",
            handler=work,
            on_lost=lost,
            terms=Terms(at_once=AT_ONCE, lease=30.0),
        )

    async def _share(self, channel: Channel, delivery_id: str) -> None:
        """Wait for a free slot of the channel and send in it; the queue need not wait for the end: SQL knows."""
        slots = self._slots[channel]
        await slots.acquire()
        task = asyncio.create_task(self._send(delivery_id), name=f"send {delivery_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: slots.release())

    async def _send(self, delivery_id: str) -> None:
        try:
            await self.sender.send(delivery_id)
            self._put.pop(delivery_id, None)
        except Exception as error:  # noqa: BLE001 - one delivery's trouble is not the others'
            log("sending").error("failed", delivery_id=delivery_id, exc_info=error)

    async def watch_leases(self) -> None:
        """Hold this worker's lock, and give up the attempts of workers that died and of leases that ran out."""
        while True:
            try:
                connection = await asyncpg.connect(self._service.settings.database_url)
                try:
                    await connection.execute("select pg_advisory_lock(hashtextextended($1, 0))", self.worker)
                    while True:
                        await self._give_up_the_dead(connection)
                        await asyncio.sleep(1.0)
                finally:
                    connection.terminate()
            except Exception as error:  # noqa: BLE001 - a loop for ever outlives whatever it meets
                log("sending").warning("cannot watch the leases now", exc_info=error)
                await asyncio.sleep(0.5)

    async def _give_up_the_dead(self, connection: asyncpg.Connection) -> None:
        over = _ROWS.c.lease_until < sa.func.clock_timestamp()
        query = sa.select(_ROWS.c.delivery_id, _ROWS.c.attempts, _ROWS.c.worker, over.label("over"))
        doubtful = query.where(_ROWS.c.state == "attempting", sa.or_(_ROWS.c.worker != self.worker, over))
        async with self._service.reading() as reading:
            rows = (await reading.execute(doubtful)).all()
        for delivery_id, attempt, worker, is_over in rows:
            if delivery_id in self.sender.in_flight:
                continue
            if is_over or await _is_dead(connection, worker):
                reason = "the lease ran out" if is_over else "the sender died during the attempt"
                await self.sender.give_up(delivery_id, attempt, reason)

    async def report(self) -> dict[str, Any]:
        """For the health report: ``sending`` counts what is to go out now, ``channels`` how each provider does."""
        due = sa.func.count().filter(sa.or_(_is_due(), _ROWS.c.state == "attempting"))
        counted = sa.select(_ROWS.c.state, _ROWS.c.channel, sa.func.count(), due).group_by(
            _ROWS.c.state, _ROWS.c.channel
        )
        states: dict[str, int] = {}
        sending = await self.box.waiting()
        async with self._service.reading() as connection:
            for state, channel, count, now in await connection.execute(counted.order_by(_ROWS.c.state)):
                states[state] = states.get(state, 0) + count
                sending += now if channel in self.transports else 0
        return {
            "sending": sending,
            "trouble": self._trouble or self.box.trouble,
            "notices": states,
            "channels": {channel.value: self._channel(channel) for channel in Channel},
        }

    def _channel(self, channel: Channel) -> dict[str, Any]:
        transport = self.transports.get(channel)
        if transport is None:
            return {"provider": None, "trouble": "no provider is set; its notices wait"}
        gate = self.gates[channel]
        return {"provider": transport.name, "trouble": gate.trouble, "paused": not gate.open}


def _is_due() -> sa.ColumnElement[bool]:
    tried = sa.and_(_ROWS.c.state == "not-sent", _ROWS.c.retry_at <= sa.func.clock_timestamp())
    return sa.or_(_ROWS.c.state == "ready", tried)


async def _is_dead(connection: asyncpg.Connection, worker: str) -> bool:
    """Whether a worker's process has ended: its lock is free then."""
    async with connection.transaction():
        free = await connection.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", worker)
    return bool(free)
