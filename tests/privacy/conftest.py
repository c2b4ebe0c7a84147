"""Logs that seal, on the run's servers, with a master key of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.eventlog.log import EventLog
from shared.privacy.opening import personal_data
from shared.privacy.sealer import PersonalData
from tests.servers import Database

LEASE = "0.2"
"""Seconds; short, so that a test may wait for its end."""

Personal = Callable[[str], PersonalData]
OpenLog = Callable[[str], Awaitable[EventLog]]


@pytest.fixture
async def personal(database: Database, tmp_path: Path) -> AsyncIterator[Personal]:
    """Access to personal data as a role: ``personal("intake")``; each call is like another process."""
    opened: list[PersonalData] = []

    def access(role: str) -> PersonalData:
        opened.append(personal_data(database.url(role), tmp_path / "keys", {"JUQU_KEY_LEASE": LEASE}))
        return opened[-1]

    yield access
    for each in opened:
        await each.close()


@pytest.fixture
async def sealing(database: Database, personal: Personal) -> AsyncIterator[OpenLog]:
    """A log that seals and opens, as a role; each call is like another process."""
    opened: list[EventLog] = []

    async def log(role: str) -> EventLog:
        opened.append(await EventLog.open(database.url(role), sealer=personal(role)))
        return opened[-1]

    yield log
    for each in opened:
        await each.close()
