"""One channel's work: what is due is found in SQL page by page, shared out by a queue, and sent so many at a time."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from redis.exceptions import RedisError

from services.notify.sending.crowd import LENT
from services.notify.sending.providers import Provider
from services.notify.sending.sender import Sender
from services.notify.sending.shares import Shares, Traffic, provider_places
from services.notify.views.deliveries import DELIVERIES
from shared.contracts.notify import Channel
from shared.eventlog.wording import describe
from shared.messaging.workqueue import Job, Terms, WorkQueue
from shared.service.logs import logger_of
from shared.service.service import Service
from shared.tasks import end

logger = logger_of("sending")

PAGE = 256
HELD_MOST = 1024
"""Deliveries that a process has in its hands at a time, in the queue or on the way."""
PUT_AGAIN = 5.0
"""Seconds after which what is still to be sent is put into the queue again."""
LOOK_AGAIN = 1.0
"""Seconds after which the oldest are looked at again: what was released, or what another process left."""
PAUSE = 0.25
"""Seconds after which it is looked again where the read model stood still: a pause may be over, a provider be back."""
_DUE = """
(select delivery_id, 0::bigint as place from {0}.deliveries
 where channel = $1 and state = 'not-sent' and statutory = $2 and retry_at <= clock_timestamp()
 order by retry_at limit $4)
union all
(select delivery_id, requested_seq from {0}.deliveries
 where channel = $1 and state = 'ready' and statutory = $2 and requested_seq > $3
 order by requested_seq limit $4)"""
"""Those whose pause is over, and the ready in their order; {0} is the schema."""


@dataclass(slots=True)
class _Lane:
    """The statutory deliveries of a channel, or the others, so that the ones never wait behind the others. ``after`` is
    the place of the last one that was seen."""

    statutory: bool
    after: int = 0


class _Slot:
    """One of the places in which messages are under way; freed once."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots: asyncio.Semaphore | None = slots

    def free(self) -> None:
        """Let another have it."""
        if self._slots is not None:
            self._slots.release()
            self._slots = None


class Dispatch:
    """Brings what is ready in one channel to its providers. What is to be sent stands in SQL; the queue only shares it
    out among processes, and a slow provider keeps nobody else's channel waiting."""

    def __init__(
        self, service: Service, channel: Channel, providers: Sequence[Provider], sender: Sender, shares: Shares
    ) -> None:
        self._service = service
        self._channel = channel
        self._providers = providers
        self._sender = sender
        self._shares = shares
        self._at_once = sum(each.at_once for each in providers)
        self._slots = asyncio.Semaphore(self._at_once)
        self._queue = self._open_queue()
        self._lent: set[_Slot] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._put: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._lanes = (_Lane(statutory=True), _Lane(statutory=False))
        self._started_over = 0.0
        self.trouble = ""

    def _open_queue(self) -> WorkQueue:
        async def work(job: Job) -> None:
            await self._share(job.fields["delivery_id"])

        async def lost() -> None:
            self._put.clear()
            self._start_over()

        settings = self._service.settings
        return WorkQueue(
            settings.redis_url,
            f"work.notify.{self._channel.value}",
            consumer=f"{socket.gethostname()}:{settings.port}",
            handler=work,
            on_lost=lost,
            terms=Terms(at_once=self._at_once, lease=30.0),
        )

    async def run(self) -> None:
        """Find, share out and send, for ever."""
        await self._queue.start()
        try:
            while True:
                await self._once()
        finally:
            await self._queue.stop()
            await end(*self._tasks)
            for provider in self._providers:
                await provider.transport.close()

    async def _once(self) -> None:
        try:
            model = self._service.projectors[DELIVERIES.name]
            seen = model.reached
            more = await self._put_what_is_due()
            self.trouble = ""
            if not more:
                await model.moved(seen, within=PAUSE)
        except Exception as error:  # a loop for ever outlives whatever it meets, and health tells
            self.trouble = describe(error)
            logger.warning("cannot look at the deliveries now", exc_info=error)
            await asyncio.sleep(0.5)

    async def _put_what_is_due(self) -> bool:
        """Put due deliveries that are not in hand; say whether there may be more."""
        now = time.monotonic()
        if len(self._put) + PAGE > HELD_MOST or not any(each.usable for each in self._providers):
            self._forget(now)
            return False
        if now - self._started_over > LOOK_AGAIN:
            self._forget(now)
            self._start_over()
            self._started_over = now
        return any([await self._put_of(lane, now) for lane in self._lanes])

    def _start_over(self) -> None:
        for lane in self._lanes:
            lane.after = 0

    async def _put_of(self, lane: _Lane, now: float) -> bool:
        """Put those of a lane, as many as there are places for; say whether there may be more."""
        room = HELD_MOST - len(self._put) - (0 if lane.statutory else PAGE)
        most = min(PAGE, room, await self._places(lane))
        if most <= 0:
            return False
        due = await self._due(lane, most)
        new = [each for each in due if each not in self._put and each not in self._done]
        self._put |= dict.fromkeys(new, now)
        if new:
            await self._put_all(new)
        return bool(new) and len(due) >= most

    async def _places(self, lane: _Lane) -> int:
        """How many messages of a lane the usable providers may be given now."""
        kind = Traffic.STATUTORY if lane.statutory else Traffic.OTHER
        usable = [each for each in self._providers if each.usable]
        return sum([await self._shares.limiter.left(provider_places(each, kind)) for each in usable])

    def _forget(self, now: float) -> None:
        """What was put long ago may have been lost on the way; what was done long ago the read model knows by now."""
        self._done = {each: at for each, at in self._done.items() if now - at < PUT_AGAIN}
        self._put = {
            each: at for each, at in self._put.items() if now - at < PUT_AGAIN or each in self._sender.in_flight
        }

    async def _put_all(self, delivery_ids: Sequence[str]) -> None:
        try:
            await self._queue.put_all([{"delivery_id": each} for each in delivery_ids])
        except (RedisError, OSError):
            for each in delivery_ids:
                await self._share(each)

    async def _due(self, lane: _Lane, most: int) -> list[str]:
        """The next page of what is to be sent now: the ready after the last one seen, and those whose pause is over."""
        query = _DUE.format(self._service.schema)
        rows = await self._service.fetch(query, self._channel.value, lane.statutory, lane.after, most)
        lane.after = max([lane.after, *(row["place"] for row in rows)])
        return [row["delivery_id"] for row in rows]

    async def _share(self, delivery_id: str) -> None:
        """Wait for a free slot of the channel and send in it; the queue need not wait for the end: SQL knows."""
        await self._slots.acquire()
        slot = _Slot(self._slots)
        timer = asyncio.get_running_loop().call_later(LENT, self._lend, slot)
        task = asyncio.create_task(self._send(delivery_id), name=f"send {delivery_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def ended(_task: asyncio.Task[None]) -> None:
            timer.cancel()
            slot.free()
            self._lent.discard(slot)

        task.add_done_callback(ended)

    def _lend(self, slot: _Slot) -> None:
        """Give the slot of a slow one to another, once over for each slot that there is."""
        if len(self._lent) < self._at_once:
            self._lent.add(slot)
            slot.free()

    async def _send(self, delivery_id: str) -> None:
        try:
            settled = await self._sender.send(delivery_id)
        except Exception as error:  # one delivery's trouble is not the others'
            logger.error("failed", delivery_id=delivery_id, exc_info=error)
            return
        self._put.pop(delivery_id, None)
        if settled:
            self._done[delivery_id] = time.monotonic()
