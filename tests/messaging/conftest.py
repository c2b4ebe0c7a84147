"""The log of one test as the roles see it, a publisher for as long as it is wanted, and ledgers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest
from redis.asyncio import Redis

from shared.eventlog.log import EventLog
from shared.messaging.publisher import Pace, Publisher
from tests.messaging.traffic import Ledger, Writer, open_log
from tests.servers import Database

SERVICES = ("intake", "review", "lifecycle", "notify")
QUICK = Pace(look=0.1, page=50)


@pytest.fixture
async def log(database: Database) -> AsyncIterator[EventLog]:
    """The log as the publisher sees it."""
    async with await open_log(database, "relay") as opened:
        yield opened


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    async with await open_log(database, "intake") as intake, await open_log(database, "review") as review:
        yield Writer(intake, review)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url, decode_responses=True)
    yield client
    await client.aclose()


@asynccontextmanager
async def running(publisher: Publisher) -> AsyncIterator[Publisher]:
    """A publisher at work."""
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        task.cancel()
        _, pending = await asyncio.wait({task}, timeout=10)
        assert not pending, f"does not end: {task.get_stack()}"


@pytest.fixture
def make_publisher(database: Database, log: EventLog, redis_url: str) -> Callable[..., Publisher]:
    def make(pace: Pace = QUICK, url: str = redis_url, lock: int = 1) -> Publisher:
        return Publisher(
            log, database_url=database.url("relay"), redis_url=url, services=SERVICES, pace=pace, lock=lock
        )

    return make


@pytest.fixture
async def publisher(make_publisher: Callable[..., Publisher]) -> AsyncIterator[Publisher]:
    """A publisher at work during the whole test."""
    async with running(make_publisher()) as at_work:
        yield at_work


@pytest.fixture
async def ledger(database: Database) -> AsyncIterator[Callable[[str], Awaitable[Ledger]]]:
    """Makes followers of the review service."""
    async with AsyncExitStack() as opened:

        async def make(name: str) -> Ledger:
            pool = await opened.enter_async_context(asyncpg.create_pool(database.url("review"), min_size=1, max_size=2))
            made = Ledger(pool, name)
            await made.prepare()
            return made

        yield make
