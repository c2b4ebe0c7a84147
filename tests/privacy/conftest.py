"""Logs that seal, on the run's servers, with a master key of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from deploy.database.roles import KEYS, beside
from shared.eventlog.log import EventLog
from shared.privacy.opening import personal_data
from shared.privacy.sealer import PersonalData
from tests.servers import Database

LEASE = "0.2"
"""Seconds; short, so that a test may wait for its end."""

Personal = Callable[[str], PersonalData]
KeysAt = Callable[[str], str]
OpenLog = Callable[[str], Awaitable[EventLog]]


@pytest.fixture
def keys_at(database: Database) -> KeysAt:
    """The URL of the key store as a role: the run's, which every test shares."""
    return lambda role: beside(database.url(role), KEYS)


@pytest.fixture
async def personal(database: Database, tmp_path: Path, keys_at: KeysAt) -> AsyncIterator[Personal]:
    """Access to personal data as a role: ``personal("intake")``; each call is like another process."""
    opened: list[PersonalData] = []

    def access(role: str) -> PersonalData:
        environment = {"JUQU_KEY_LEASE": LEASE, "JUQU_KEYS_URL": keys_at(role)}
        opened.append(personal_data(database.url(role), tmp_path / "keys", environment))
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
