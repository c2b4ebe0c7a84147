"""Waiting for news: promptly by notification, slowly without, and through lost connections."""

from __future__ import annotations

import asyncio
import time
from typing import TypeAlias

import asyncpg

from shared.eventlog.log import EventLog
from tests.eventlog.conftest import OpenLog
from tests.eventlog.facts import context, endorsed, stream

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

LISTENER = "application_name = 'juqu news' and datname = current_database()"


async def _append(log: EventLog) -> int:
    return (await log.append(stream(), 0, [endorsed()], context())).last_seq


async def _until_listening(owner: Connection, but: int | None = None) -> int:
    """The listener's process, another than ``but``."""
    async with asyncio.timeout(10):
        while True:
            for row in await owner.fetch(
                f"select pid from pg_stat_activity where {LISTENER} and query like '%log.head%'"
            ):
                if row["pid"] != but:
                    return int(row["pid"])
            await asyncio.sleep(0.01)


async def test_news_that_is_there_already_needs_no_waiting(log: EventLog) -> None:
    assert await _append(log) == 1

    assert await log.wait_for_news(0, 10) == 1


async def test_all_who_wait_are_woken_promptly_over_one_connection(open_log: OpenLog, owner: Connection) -> None:
    log = await open_log("intake", look_every=600)
    waiting = [asyncio.create_task(log.wait_for_news(0, 600)) for _ in range(50)]
    await _until_listening(owner)

    await _append(log)

    async with asyncio.timeout(60):
        assert await asyncio.gather(*waiting) == [1] * 50
    assert await owner.fetchval(f"select count(*) from pg_stat_activity where {LISTENER}") == 1


async def test_without_news_the_head_is_given_when_the_time_is_over(log: EventLog) -> None:
    await _append(log)
    began = time.monotonic()

    assert await log.wait_for_news(1, 0.3) == 1

    assert time.monotonic() - began >= 0.3


async def test_a_listener_that_was_terminated_comes_back(open_log: OpenLog, owner: Connection) -> None:
    log = await open_log("intake", look_every=600)
    waiting = asyncio.create_task(log.wait_for_news(0, 600))
    first = await _until_listening(owner)
    await owner.execute("select pg_terminate_backend($1)", first)
    await _until_listening(owner, but=first)

    await _append(log)

    async with asyncio.timeout(60):
        assert await waiting == 1


async def test_what_was_written_while_nobody_listened_is_found(open_log: OpenLog, owner: Connection) -> None:
    log = await open_log("intake", look_every=60)
    waiting = asyncio.create_task(log.wait_for_news(0, 30))
    listener = await _until_listening(owner)
    appended = asyncio.create_task(_append(log))
    await owner.execute("select pg_terminate_backend($1)", listener)

    assert await appended == 1
    assert await asyncio.wait_for(waiting, 10) == 1


async def test_news_that_nobody_announced_is_found_at_the_next_look(open_log: OpenLog, owner: Connection) -> None:
    log = await open_log("intake", look_every=0.2)
    waiting = asyncio.create_task(log.wait_for_news(0, 30))
    await _until_listening(owner)

    await owner.execute("""
        insert into log.events (seq, recorded_at, event_id, command_id, effective_on, version, schema_version, ordinal,
            internal, stream, type, actor, office, correlation_id, policy_version, data)
        values (1, now(), gen_random_uuid(), gen_random_uuid(), now(), 1, 1, 0, false, 'intake/a/1', 't', 'a', 'o', 'c',
            'p', '{}')
    """)

    assert await asyncio.wait_for(waiting, 5) == 1


async def test_waiting_asks_the_server_at_most_at_every_look(open_log: OpenLog, owner: Connection) -> None:
    log = await open_log("intake", look_every=60)
    await _append(log)
    assert await log.wait_for_news(0, 10) == 1  # Its first look was answered.
    asked = "select state_change from pg_stat_activity where pid = $1"
    listener = await _until_listening(owner)
    before = await owner.fetchval(asked, listener)

    await asyncio.gather(*(log.wait_for_news(1, 1.5) for _ in range(20)))

    assert await owner.fetchval(asked, listener) == before
