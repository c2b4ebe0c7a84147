"""Streams loaded by many at once: few reads, each with its own stream, and one that fails fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from shared.contracts.core import Envelope, Role, derived_id
from shared.eventlog.errors import LogUnavailable, UnreadableEvent
from shared.eventlog.log import EventLog
from shared.service.loading import AT_ONCE, Loads
from tests.servers import Database
from tests.service.tally.intake import Counted
from tests.specification import actor, context

NAMES = [f"intake/tally/{ident}" for ident in "abcdefgh"]


class Counting(EventLog):
    """A log that counts reads; ``gate`` holds them while it is not set."""

    reads: int
    gate: asyncio.Event

    async def read_stream(self, stream: str, after_version: int = 0) -> list[Envelope]:
        self.reads += 1
        await self.gate.wait()
        return await super().read_stream(stream, after_version)

    async def read_streams(self, streams: Sequence[str]) -> list[list[Envelope]]:
        self.reads += 1
        await self.gate.wait()
        return await super().read_streams(streams)


def counted(ident: str, by: int) -> Counted:
    return Counted(case_id=ident, by=by, at=datetime(2018, 6, 11, tzinfo=UTC), why="")


@pytest.fixture
async def log(database: Database) -> AsyncIterator[Counting]:
    async with Counting(database.url("intake")) as opened:
        opened.reads, opened.gate = 0, asyncio.Event()
        opened.gate.set()
        who = context(actor("county:220113", Role.COUNTY))
        for number, name in enumerate(NAMES, 1):
            await opened.append(name, 0, [counted(name, number)], replace(who, command_id=derived_id(name)))
        yield opened


def numbers(found: Sequence[list[Envelope]]) -> list[list[int]]:
    return [[each.event.by for each in stream if isinstance(each.event, Counted)] for stream in found]


async def test_one_caller_reads_at_once(log: Counting) -> None:
    loads = Loads(log)
    assert numbers([await loads.stream(NAMES[2])]) == [[3]]
    assert numbers([await loads.stream("intake/tally/none")]) == [[]]
    assert log.reads == 2


async def test_many_callers_share_a_read_and_each_has_its_own_stream(log: Counting) -> None:
    loads = Loads(log)
    log.gate.clear()
    asking = [asyncio.create_task(loads.stream(name)) for name in [*NAMES, *NAMES, "intake/tally/none"]]
    await asyncio.sleep(0)
    log.gate.set()

    found = numbers(await asyncio.gather(*asking))

    assert found == [*([number] for number in range(1, 9)), *([number] for number in range(1, 9)), []]
    assert log.reads <= 2 * AT_ONCE


async def test_what_was_written_before_the_asking_is_in_what_is_read(log: Counting) -> None:
    loads = Loads(log)
    log.gate.clear()
    early = [asyncio.create_task(loads.stream(name)) for name in NAMES[:AT_ONCE]]
    await asyncio.sleep(0)
    who = context(actor("county:220113", Role.COUNTY))
    await log.append(NAMES[5], 1, [counted("f", 60)], who)
    late = asyncio.create_task(loads.stream(NAMES[5]))
    log.gate.set()

    await asyncio.gather(*early)
    assert numbers([await late]) == [[6, 60]]


async def test_a_stream_that_cannot_be_read_fails_alone(log: Counting, database: Database) -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("set session_replication_role = replica")
    await connection.execute("update log.events set data = '{}' where stream = $1", NAMES[4])
    await connection.close()
    loads = Loads(log)
    log.gate.clear()
    asking = [asyncio.create_task(loads.stream(name)) for name in NAMES]
    await asyncio.sleep(0)
    log.gate.set()

    found = await asyncio.gather(*asking, return_exceptions=True)

    assert [isinstance(each, UnreadableEvent) for each in found] == [name == NAMES[4] for name in NAMES]


async def test_a_caller_that_has_gone_harms_nobody(log: Counting) -> None:
    loads = Loads(log)
    log.gate.clear()
    asking = [asyncio.create_task(loads.stream(name)) for name in NAMES]
    await asyncio.sleep(0)
    for gone in (asking[0], asking[-1]):
        gone.cancel()
    log.gate.set()

    found = await asyncio.gather(*asking, return_exceptions=True)

    assert [isinstance(each, asyncio.CancelledError) for each in found] == [True, *[False] * 6, True]
    assert numbers([await loads.stream(NAMES[0])]) == [[1]]


async def test_a_log_that_is_away_is_told_to_all(log: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        await log.gate.wait()
        raise LogUnavailable("away")

    loads = Loads(log)
    monkeypatch.setattr(log, "read_stream", away)
    monkeypatch.setattr(log, "read_streams", away)
    log.gate.clear()
    asking = [asyncio.create_task(loads.stream(name)) for name in NAMES]
    await asyncio.sleep(0)
    log.gate.set()

    found = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(each, LogUnavailable) for each in found)
