"""The log of one test, events in it, and notaries that follow it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from services.notary.follower import Cadence, Notary
from services.notary.settings import NotarySettings
from shared.notary.memory import Memory, memory_of
from shared.notary.reading import Connection
from tests.notary.ledger import ORIGIN, Ledger
from tests.operator.conftest import System
from tests.servers import Database

QUICK = Cadence(look=0.1, gather=0.0)
MakeNotary = Callable[..., Notary]


@pytest.fixture
def memory(key_file: Path) -> Memory:
    return memory_of(key_file)


@pytest.fixture
def system(database: Database, tmp_path: Path) -> System:
    """A system whose keys folder is that of the notaries of the test."""
    made = System(tmp_path, database)
    made.note()
    return made


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    """A superuser's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close(timeout=5)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[Connection]:
    """A connection of the notary's role."""
    connection = await asyncpg.connect(database.url("notary"))
    yield connection
    await connection.close(timeout=5)


@pytest.fixture
async def ledger(database: Database) -> AsyncIterator[Ledger]:
    """Writes events to the log."""
    async with Ledger.open(database) as opened:
        yield opened


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "notary.key"


@pytest.fixture
def make_notary(database: Database, key_file: Path) -> MakeNotary:
    def make(*, interval: float = 3600.0, cadence: Cadence = QUICK) -> Notary:
        settings = NotarySettings(origin=ORIGIN, key=key_file, interval=interval)
        return Notary(database.url("notary"), settings, cadence)

    return make


@asynccontextmanager
async def at_work(notary: Notary) -> AsyncIterator[Notary]:
    """A notary that runs, and ends as a process that is killed does: without a last checkpoint."""
    task = asyncio.create_task(notary.run())
    try:
        yield notary
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)


@pytest.fixture
async def notary(make_notary: MakeNotary) -> AsyncIterator[Notary]:
    """A notary at work during the whole test, leading."""
    async with at_work(make_notary()) as running:
        await until(lambda: running.status().role == "leading")
        yield running


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 30.0) -> None:
    """Waits for a condition; fails when it does not come."""
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.02)
