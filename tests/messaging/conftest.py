"""The log of one test as the roles see it, a publisher for as long as it is wanted, and ledgers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
import uvicorn
from redis.asyncio import Redis

from deploy.local.ports import free_ports
from services.relay.app import build_app
from shared.contracts.core import Actor, Role
from shared.eventlog.log import EventLog
from shared.messaging.publisher import Publisher, PublisherPace
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.settings import Settings, read_settings
from tests.messaging.traffic import Ledger, Writer, eventually, open_log
from tests.servers import Database

SERVICES = ("intake", "review", "lifecycle", "notify", "office")
QUICK = PublisherPace(look=0.1, page=50)
CONSUMER = Actor("c", "c", "consumer:statistics", frozenset({Role.CONSUMER}))


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
    def make(pace: PublisherPace = QUICK, url: str = redis_url, lock: int = 1) -> Publisher:
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


@pytest.fixture
def settings(database: Database, redis_url: str, tmp_path: Path) -> Settings:
    return read_settings(
        "relay",
        {
            "JUQU_DATABASE_URL": database.url("relay"),
            "JUQU_REDIS_URL": redis_url,
            "JUQU_STATE_DIR": str(tmp_path),
            "JUQU_OIDC_ISSUER": "development",
            "JUQU_PORT": str(free_ports(1)[0]),
        },
    )


@pytest.fixture
def token(settings: Settings) -> str:
    return DevelopmentIssuer(settings.keys_dir).token(CONSUMER)


@asynccontextmanager
async def serving(settings: Settings, pace: PublisherPace = QUICK) -> AsyncIterator[None]:
    app = build_app(settings, pace=pace)
    server = uvicorn.Server(
        uvicorn.Config(app, port=settings.port, log_config=None, timeout_graceful_shutdown=1, lifespan="on")
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, "serving")
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 10)


@pytest.fixture
async def client(settings: Settings, token: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serving(settings),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", headers=headers, timeout=10) as opened,
    ):
        yield opened
