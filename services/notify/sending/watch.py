"""The watch over time: attempts whose worker died, nights that are over, notices that ran out, receipts that never
came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.aggregates.delivery.commands import DeliveryCommand, Expire, MissReceipt, Release
from services.notify.sending.sender import Sender
from services.notify.sending.trouble import PAUSE, Trouble
from services.notify.views.deliveries import UNSENT, deliveries
from shared.contracts.core import Context, derived_id
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of
from shared.service.runner import Refused
from shared.service.service import Service

logger = logger_of("sending")

PAGE = 500
_ROWS = deliveries.table
_C = _ROWS.c


class Watch:
    """Looks every second or oftener. Each thing is done by a command whose id follows from what it is about."""

    def __init__(self, service: Service, sender: Sender, receipt_hours: float) -> None:
        self._service = service
        self._sender = sender
        self._attempts = sender.attempts
        self._patience = timedelta(hours=receipt_hours)
        self.trouble = Trouble(logger, "cannot watch the time now")

    async def leases(self) -> None:
        """Hold this worker's lock, and give up the attempts of workers that died and of leases that ran out."""
        trouble = Trouble(logger, "cannot watch the leases now")
        await run_for_ever(self._hold_and_look, troubled=trouble.met, pauses=Pauses(PAUSE))

    async def _hold_and_look(self) -> None:
        connection = await asyncpg.connect(self._service.settings.database_url)
        try:
            await connection.execute("select pg_advisory_lock(hashtextextended($1, 0))", self._attempts.worker)
            while True:
                await self._give_up_the_dead(connection)
                await asyncio.sleep(1.0)
        finally:
            connection.terminate()

    async def _give_up_the_dead(self, connection: asyncpg.Connection) -> None:
        over = _C.lease_until < sa.func.clock_timestamp()
        query = sa.select(_C.delivery_id, _C.attempts, _C.worker, over.label("over"))
        doubtful = query.where(_C.state == "attempting", sa.or_(_C.worker != self._attempts.worker, over)).limit(PAGE)
        async with self._service.reading() as reading:
            rows = (await reading.execute(doubtful)).all()
        dead: dict[str, bool] = {}
        for delivery_id, attempt, worker, is_over in rows:
            if delivery_id in self._sender.in_flight:
                continue
            if not is_over and worker not in dead:
                dead[worker] = await _is_dead(connection, worker)
            if is_over or dead[worker]:
                reason = "the lease ran out" if is_over else "the sender died during the attempt"
                await self._attempts.give_up(delivery_id, attempt, reason)

    async def time(self) -> None:
        """Release, expire and miss what it is time for."""
        await run_for_ever(self._look, troubled=self.trouble.met, pauses=Pauses(PAUSE))

    async def _look(self) -> None:
        now = await self._service.clock.now()
        async with self._service.reading() as connection:
            expired = await _ids(connection, _is_expired(now), _C.expires_at)
            released = await _ids(connection, _is_over(now), _C.deferred_until)
            awaited = await _ids(connection, self._is_missed(), _C.receipt_awaited_since)
        await self._all(expired, "expiry", _expire)
        await self._all(released, "release", _release)
        await self._all(awaited, "receipt", _miss)
        self.trouble.over()
        await self._service.clock.moved(0.5)

    async def _all(
        self, rows: list[tuple[str, int, object]], kind: str, make: Callable[[Context, str, int], DeliveryCommand]
    ) -> None:
        async def act(delivery_id: str, attempt: int, at: object) -> None:
            if delivery_id in self._sender.in_flight:
                return
            journal = await self._attempts.journals.open(delivery_id)
            context = await journal.context(derived_id("notify watch", delivery_id, kind, str(at)))
            try:
                await journal.commit(make(context, delivery_id, attempt))
            except Refused as error:
                logger.warning("refused", kind=kind, delivery_id=delivery_id, error=str(error))

        await in_groups([act(*row) for row in rows])

    async def due(self) -> int:
        """How many deliveries are to be released or expired now, and are not yet."""
        now = await self._service.clock.now()
        query = sa.select(sa.func.count()).select_from(_ROWS).where(sa.or_(_is_over(now), _is_expired(now)))
        async with self._service.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    def _is_missed(self) -> sa.ColumnElement[bool]:
        since = sa.func.clock_timestamp() - self._patience
        return sa.and_(_C.state == "accepted", _C.receipt_awaited_since <= since)


def _is_expired(now: object) -> sa.ColumnElement[bool]:
    unsent = _C.state.in_([sa.literal_column(f"'{state}'") for state in UNSENT])
    return sa.and_(unsent, _C.expires_at.is_not(None), _C.expires_at <= now)


def _is_over(now: object) -> sa.ColumnElement[bool]:
    return sa.and_(_C.state == "deferred", _C.deferred_until <= now)


def _expire(context: Context, delivery_id: str, _attempt: int) -> Expire:
    return Expire(context=context, delivery_id=delivery_id, reason="its time ran out")


def _release(context: Context, delivery_id: str, _attempt: int) -> Release:
    return Release(context=context, delivery_id=delivery_id)


def _miss(context: Context, delivery_id: str, attempt: int) -> MissReceipt:
    return MissReceipt(context=context, delivery_id=delivery_id, attempt=attempt)


async def _ids(
    connection: AsyncConnection, which: sa.ColumnElement[bool], by: sa.Column[object]
) -> list[tuple[str, int, object]]:
    query = sa.select(_C.delivery_id, _C.attempts, by).where(which).order_by(by).limit(PAGE)
    return [(row[0], row[1], row[2]) for row in await connection.execute(query)]


async def in_groups(work: list[Awaitable[None]], size: int = 50) -> None:
    """Do all, so many at a time."""
    for start in range(0, len(work), size):
        await asyncio.gather(*work[start : start + size])


async def _is_dead(connection: asyncpg.Connection, worker: str) -> bool:
    """Whether a worker's process has ended: its lock is free then."""
    async with connection.transaction():
        free = await connection.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", worker)
    return bool(free)
