"""One channel's work: what is due is found page by page, shared out by a queue, and sent, so many at a time."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from redis.exceptions import RedisError

from services.notify.sending.providers import Provider
from services.notify.sending.sender import Sender
from services.notify.sending.shares import Shares, Traffic, provider_permits
from services.notify.sending.slots import Slots
from services.notify.sending.trouble import PAUSE, Trouble
from services.notify.views.deliveries import DELIVERIES
from shared.contracts.notify import Channel
from shared.messaging.workqueue import Job, Terms, WorkQueue
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of
from shared.service.service import Service

logger = logger_of("sending")
PAGE = 256
IN_HAND_MOST = 1024
"""Deliveries that a process has in its hands at a time, in the queue or under way."""
PUT_AGAIN = 5.0
"""Seconds after which what is still to be sent is put into the queue again."""
LOOK_BACK = 1.0
"""Seconds between looks at the oldest: what was released, or what another process left."""
LOOK_AGAIN = 0.25
"""How long to wait before looking again when the read model has not moved: a pause may be over, a provider be back."""
_DUE = """
(select delivery_id, 0::bigint as position from {0}.deliveries
 where channel = $1 and state = 'not-sent' and statutory = $2 and retry_at <= clock_timestamp()
 order by retry_at limit $4)
union all
(select delivery_id, requested_seq from {0}.deliveries
 where channel = $1 and state = 'ready' and statutory = $2 and requested_seq > $3
 order by requested_seq limit $4)"""
"""Those whose pause is over, and the ready in their order; {0} is the schema."""


@dataclass(slots=True)
class _Lane:
    """The statutory deliveries of a channel, or the others: the statutory never wait behind the others. ``after`` is
    the seq of the last one that was seen."""

    statutory: bool
    after: int = 0


class Dispatch:
    """Brings what is ready in one channel to its providers. SQL has what is to be sent; the queue only shares it out
    among processes. A slow provider keeps no other channel waiting."""

    def __init__(
        self, service: Service, channel: Channel, providers: Sequence[Provider], sender: Sender, shares: Shares
    ) -> None:
        self._service = service
        self._channel = channel
        self._providers = providers
        self._sender = sender
        self._shares = shares
        self._at_once = sum(provider.at_once for provider in providers)
        self._slots = Slots(self._at_once)
        self._queue = self._open_queue()
        self._put: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._lanes = (_Lane(statutory=True), _Lane(statutory=False))
        self._looked_back = 0.0
        self.trouble = Trouble(logger, "cannot look at the deliveries now")

    def _open_queue(self) -> WorkQueue:
        async def work(job: Job) -> None:
            await self._share(job.fields["delivery_id"])

        async def lost() -> None:
            self._put.clear()
            self._look_back()

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
            await run_for_ever(self._look, troubled=self.trouble.met, pauses=Pauses(PAUSE))
        finally:
            await self._queue.stop()
            await self._slots.close()
            for provider in self._providers:
                await provider.transport.close()

    async def _look(self) -> None:
        model = self._service.projectors[DELIVERIES.name]
        seen = model.reached
        more = await self._put_what_is_due()
        self.trouble.over()
        if not more:
            await model.moved(seen, within=LOOK_AGAIN)

    async def _put_what_is_due(self) -> bool:
        """Put due deliveries that are not in hand; say whether there may be more."""
        now = time.monotonic()
        if len(self._put) + PAGE > IN_HAND_MOST or not self._usable():
            self._forget(now)
            return False
        if now - self._looked_back > LOOK_BACK:
            self._forget(now)
            self._look_back()
            self._looked_back = now
        return any([await self._put_of(lane, now) for lane in self._lanes])

    def _usable(self) -> list[Provider]:
        return [provider for provider in self._providers if provider.usable]

    def _look_back(self) -> None:
        for lane in self._lanes:
            lane.after = 0

    async def _put_of(self, lane: _Lane, now: float) -> bool:
        """Put those of a lane, as many as there are permits for; say whether there may be more."""
        room = IN_HAND_MOST - len(self._put) - (0 if lane.statutory else PAGE)
        most = min(PAGE, room, await self._permits(lane))
        if most <= 0:
            return False
        due = await self._due(lane, most)
        new = [delivery_id for delivery_id in due if delivery_id not in self._put and delivery_id not in self._done]
        self._put |= dict.fromkeys(new, now)
        if new:
            await self._put_all(new)
        return bool(new) and len(due) >= most

    async def _permits(self, lane: _Lane) -> int:
        """How many messages of a lane the usable providers may be given now."""
        traffic = Traffic.STATUTORY if lane.statutory else Traffic.OTHER
        limiter = self._shares.limiter
        return sum([await limiter.left(provider_permits(provider, traffic)) for provider in self._usable()])

    def _forget(self, now: float) -> None:
        """What was put long ago may have been lost on the way. What was done long ago is in the read model by now."""
        under_way = self._sender.in_flight
        self._done = {ident: at for ident, at in self._done.items() if now - at < PUT_AGAIN}
        self._put = {ident: at for ident, at in self._put.items() if now - at < PUT_AGAIN or ident in under_way}

    async def _put_all(self, delivery_ids: Sequence[str]) -> None:
        try:
            await self._queue.put_all([{"delivery_id": delivery_id} for delivery_id in delivery_ids])
        except (RedisError, OSError):
            for delivery_id in delivery_ids:
                await self._share(delivery_id)

    async def _due(self, lane: _Lane, most: int) -> list[str]:
        """The next page of what is to be sent now: the ready after the last one seen, and those whose pause is over."""
        query = _DUE.format(self._service.schema)
        rows = await self._service.fetch(query, self._channel.value, lane.statutory, lane.after, most)
        lane.after = max([lane.after, *(row["position"] for row in rows)])
        return [row["delivery_id"] for row in rows]

    async def _share(self, delivery_id: str) -> None:
        """Wait for a free slot and send in it. The queue need not wait for the end: SQL knows."""
        await self._slots.start(partial(self._send, delivery_id), f"send {delivery_id}")

    async def _send(self, delivery_id: str) -> None:
        try:
            settled = await self._sender.send(delivery_id)
        except Exception as error:
            logger.error("failed", delivery_id=delivery_id, exc_info=error)
            return
        self._put.pop(delivery_id, None)
        if settled:
            self._done[delivery_id] = time.monotonic()
