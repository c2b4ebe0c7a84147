"""A log whose server is killed and restarted in the middle of everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from deploy.local.postgres import EmbeddedPostgres
from shared.contracts.core import derived_id
from shared.eventlog.log import EventLog
from tests.eventlog.facts import context, endorsed, is_whole, stream
from tests.servers import Database

WRITERS = 8


@pytest.fixture
async def own_log(own_database: Database) -> AsyncIterator[EventLog]:
    async with await EventLog.open(own_database.url("intake"), patience=30) as log:
        yield log


async def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_written_twice(
    own_postgres: EmbeddedPostgres, own_log: EventLog
) -> None:
    acknowledged: dict[UUID, int] = {}
    stopping = asyncio.Event()

    async def write(name: int) -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            command_id = derived_id(str(name), str(number))
            appended = await own_log.append(stream(), 0, [endorsed()], context(command_id))
            acknowledged[command_id] = appended.first_seq

    waiting = asyncio.create_task(own_log.wait_for_news(10**9, 60))
    writers = [asyncio.create_task(write(name)) for name in range(WRITERS)]
    for end in (own_postgres.kill, own_postgres.stop):
        await _grows(acknowledged)
        await end()
        reading = asyncio.create_task(own_log.head())
        await asyncio.sleep(0.2)
        await own_postgres.start()
        assert await reading > 0
    await _grows(acknowledged)
    stopping.set()
    await asyncio.gather(*writers)

    events = await own_log.read_raw(0, limit=10**6)
    assert is_whole(events)
    assert {event.command_id: event.seq for event in events} == acknowledged
    assert await own_log.wait_for_news(len(events) - 1, 10) == len(events)
    waiting.cancel()


async def _grows(acknowledged: dict[UUID, int]) -> None:
    """Every writer gets on."""
    enough = len(acknowledged) + 10 * WRITERS
    async with asyncio.timeout(30):
        while len(acknowledged) < enough:
            await asyncio.sleep(0.01)
