"""A service's engine on a fresh database, and how the live projection is driven."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.servers import Database

SCHEMA = "intake"


def engine_url(database: Database) -> str:
    return database.url("intake").replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """As the intake service's own role."""
    made = create_async_engine(engine_url(database))
    yield made
    await made.dispose()
