"""The log of one test, as the roles see it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from shared.eventlog.log import EventLog
from tests.servers import Database

OpenLog = Callable[..., Awaitable[EventLog]]


@pytest.fixture
async def open_log(database: Database) -> AsyncIterator[OpenLog]:
    """Opens the log as a role, as often as wanted."""
    async with AsyncExitStack() as opened:

        async def as_role(role: str = "intake", **options: float) -> EventLog:
            return await opened.enter_async_context(await EventLog.open(database.url(role), **options))  # type: ignore[arg-type]

        yield as_role


@pytest.fixture
async def log(open_log: OpenLog) -> EventLog:
    """The log as intake sees it."""
    return await open_log("intake")


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A superuser's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close(timeout=5)
