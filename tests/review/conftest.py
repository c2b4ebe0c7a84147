"""Review, served on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.review.served import Served, serving
from tests.servers import Database


@pytest.fixture
async def served(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    """Review on a database and a Redis of its own."""
    async with serving(database, redis_url, state_dir) as running:
        yield running
