"""The order of the log is the order of its commits: nobody who follows it by position misses anything."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeAlias

import asyncpg
import pytest

from shared.eventlog.log import EventLog, StoredEvent
from tests.eventlog.conftest import OpenLog
from tests.eventlog.facts import context, endorsed, is_whole, stream
from tests.servers import Database

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def connect(database: Database) -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


async def test_a_cursor_over_a_sequence_loses_an_event(database: Database, connect: AsyncExitStack) -> None:
    a, b, reader = [await connect.enter_async_context(_connection(database.owner_url)) for _ in range(3)]
    await reader.execute("create table naive (position bigserial primary key, note text)")
    seen: list[str] = []
    cursor = 0

    async def follow() -> None:
        nonlocal cursor
        for row in await reader.fetch("select * from naive where position > $1 order by position", cursor):
            seen.append(row["note"])
            cursor = row["position"]

    await b.execute("begin")
    await b.execute("insert into naive (note) values ('of b')")
    await a.execute("insert into naive (note) values ('of a')")
    await follow()
    await b.execute("commit")
    await follow()

    assert seen == ["of a"]
    assert await reader.fetchval("select count(*) from naive") == 2


async def test_the_log_under_the_same_interleaving_loses_nothing(
    database: Database, connect: AsyncExitStack, log: EventLog, open_log: OpenLog
) -> None:
    blocker = await connect.enter_async_context(_connection(database.owner_url))
    await _make_b_stay_open(blocker)
    a, reader = await open_log(), await open_log("relay")
    seen: list[StoredEvent] = []

    async def follow() -> None:
        seen.extend(await reader.read_raw(seen[-1].seq if seen else 0))

    b_appends = asyncio.create_task(log.append(stream(), 0, [endorsed("of b")], context(subject="b")))
    await _until_waiting(blocker, 1)
    a_appends = asyncio.create_task(a.append(stream(), 0, [endorsed("of a")], context(subject="a")))
    await _until_waiting(blocker, 2)
    await follow()
    assert seen == []
    assert not a_appends.done()
    await blocker.execute("select pg_advisory_unlock(1)")
    assert (await a_appends).first_seq == 2
    await follow()
    assert (await b_appends).first_seq == 1

    assert [event.actor for event in seen] == ["b", "a"]


async def _make_b_stay_open(blocker: Connection) -> None:
    """Between taking its number and its commit, b's append waits for a lock that the test holds."""
    await blocker.execute("""
        create function wait() returns trigger language plpgsql as
            'begin perform pg_advisory_xact_lock(1); return new; end';
        create trigger slow after insert on log.events for each row when (new.actor = 'b') execute function wait();
        select pg_advisory_lock(1)
    """)


async def _until_waiting(observer: Connection, count: int) -> None:
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with asyncio.timeout(5):
        while await observer.fetchval(waiting) != count:
            await asyncio.sleep(0.01)


async def test_readers_beside_sixteen_writers_see_neither_gap_nor_reordering(
    database: Database, open_log: OpenLog
) -> None:
    per_process, processes = 400, 2
    total = 2 * per_process * processes
    relay, operator = await open_log("relay"), await open_log("operator")
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.eventlog.writer", database.url("intake"), f"seed {n}", str(per_process),
            stdout=asyncio.subprocess.DEVNULL,
        )
        for n in range(processes)
    ]  # fmt: skip

    pages = await asyncio.gather(_poll(relay, total, 37), _poll(operator, total, 1000), _listen(operator, total))

    assert [await process.wait() for process in writers] == [0] * processes
    for seen in pages:
        assert len(seen) == total
        assert is_whole(seen)


async def _poll(log: EventLog, total: int, limit: int) -> list[StoredEvent]:
    seen: list[StoredEvent] = []
    async with asyncio.timeout(60):
        while len(seen) < total:
            seen += await log.read_raw(len(seen), limit=limit)
    return seen


async def _listen(log: EventLog, total: int) -> list[StoredEvent]:
    seen: list[StoredEvent] = []
    async with asyncio.timeout(60):
        while len(seen) < total:
            head = await log.wait_for_news(len(seen), 5)
            seen += await log.read_raw(len(seen), until=head, limit=total)
    return seen
