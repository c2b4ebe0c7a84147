"""A caller who has been alone for a while makes its calls by itself, and everything holds as in a group."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

import asyncpg
import pytest

from shared.eventlog.append import LONELY
from shared.eventlog.log import Appended, CommandReused, EventLog, LogUnavailable, VersionConflict
from tests.eventlog.facts import context, endorsed, is_whole, stream
from tests.eventlog.stalling import Wire
from tests.servers import Database

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def alone(log: EventLog) -> EventLog:
    """A log that one caller has appended to for a while: ``LONELY`` + 1 events."""
    for _ in range(LONELY + 1):
        await log.append(stream(), 0, [endorsed()], context())
    return log


async def test_no_task_is_between(log: EventLog) -> None:
    for _ in range(LONELY + 1):
        await log.append(stream(), 0, [endorsed()], context())

    assert not [task for task in asyncio.all_tasks() if task.get_name() == "log.append" and not task.done()]


async def test_every_answer_is_that_of_a_group(alone: EventLog) -> None:
    where, why = stream(), context()

    first = await alone.append(where, 0, [endorsed()], why)
    again = await alone.append(where, 0, [endorsed()], why)
    with pytest.raises(VersionConflict):
        await alone.append(where, 0, [endorsed()], context())
    with pytest.raises(CommandReused):
        await alone.append(where, 1, [endorsed("other")], why)
    with pytest.raises(asyncpg.DataError):
        await alone.append(where, 1, [endorsed()], context("none"))  # type: ignore[arg-type]
    last = await alone.append(where, 1, [endorsed(), endorsed()], context())

    assert (again.first_seq, again.replayed) == (first.first_seq, True)
    assert (last.first_seq, last.version) == (LONELY + 3, 3)


async def test_those_who_come_meanwhile_share_the_next_call(alone: EventLog, owner: Connection) -> None:
    outcomes = await asyncio.gather(*(alone.append(stream(), 0, [endorsed()], context()) for _ in range(10)))

    assert len({outcome.first_seq for outcome in outcomes}) == 10
    groups = await owner.fetchval("select count(distinct xmin::text) from log.events where seq > $1", LONELY + 1)
    assert groups == 2
    assert is_whole(await alone.read_raw(0))


async def test_a_caller_who_goes_away_disturbs_nobody(alone: EventLog) -> None:
    why, where = context(), stream()
    leaving = asyncio.create_task(alone.append(where, 0, [endorsed()], why))
    others = [asyncio.create_task(alone.append(stream(), 0, [endorsed()], context())) for _ in range(3)]
    await asyncio.sleep(0)
    leaving.cancel()

    assert len({appended.first_seq for appended in await asyncio.gather(*others)}) == 3
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert (await alone.append(where, 0, [endorsed()], why)).version == 1
    assert is_whole(await alone.read_raw(0))


async def test_a_lost_connection_is_made_again(alone: EventLog, owner: Connection) -> None:
    await owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where application_name = 'juqu append' and datname = current_database()"
    )

    assert (await alone.append(stream(), 0, [endorsed()], context())).first_seq == LONELY + 2


async def test_patience_ends_where_no_answer_comes(database: Database) -> None:
    async with (
        Wire(database.url("intake")).open() as wire,
        await EventLog.open(wire.url, patience=5) as log,
        asyncio.timeout(60),
    ):
        for _ in range(LONELY + 1):
            await log.append(stream(), 0, [endorsed()], context())
        wire.cut_after(1)

        with pytest.raises(LogUnavailable, match="no answer in time"):
            await log.append(stream(), 0, [endorsed()], context())

        wire.mend()
        assert (await log.append(stream(), 0, [endorsed()], context())).version == 1


async def test_closing_waits_for_the_one_who_is_under_way(alone: EventLog, owner: Connection) -> None:
    await _hold_the_turn(owner)
    appending = asyncio.create_task(alone.append(stream(), 0, [endorsed()], context()))
    await _until_one_waits(owner)
    closing = asyncio.create_task(alone.close())
    await owner.execute("rollback")

    await closing
    assert isinstance(await appending, Appended)


async def test_closing_does_not_wait_for_ever(alone: EventLog, owner: Connection) -> None:
    await _hold_the_turn(owner)
    appending = asyncio.create_task(alone.append(stream(), 0, [endorsed()], context()))
    await _until_one_waits(owner)

    await alone.close()

    with pytest.raises(LogUnavailable, match="closed"):
        await appending
    await owner.execute("rollback")


async def test_the_events_of_a_command_are_of_one_stream(alone: EventLog, owner: Connection) -> None:
    """By ``log.append`` itself: nobody gets an event into another service's stream behind one of his own."""
    head = await alone.head()
    await owner.execute("set session authorization juqu_intake")
    for beside in ([], [("aaaaaaaa-0000-4000-8000-000000000000", "intake/a/2")]):
        command = [("bbbbbbbb-0000-4000-8000-000000000000", where) for where in ("intake/a/1", "review/a/1")]
        facts = [_fact(ident, where, ordinal) for ordinal, (ident, where) in enumerate([*beside, *command])]
        with pytest.raises(asyncpg.InvalidParameterValueError, match="not of one stream"):
            await owner.fetchval("call log.append($1, null)", facts)
    await owner.execute("reset session authorization")

    assert await alone.head() == head


async def _hold_the_turn(owner: Connection) -> None:
    await owner.execute("begin; lock table log.turn in share update exclusive mode")


async def _until_one_waits(owner: Connection) -> None:
    waiting = "select count(*) from pg_locks where relation = 'log.turn'::regclass and not granted"
    async with asyncio.timeout(10):
        while not await owner.fetchval(waiting):
            await asyncio.sleep(0.01)


def _fact(command: str, where: str, ordinal: int) -> tuple[object, ...]:
    why = context()
    event = f"cccccccc-0000-4000-8000-00000000000{ordinal}"
    return (
        command, where, 0, event, None, why.effective_on, 1, False, "intake.X", "li", "o", "c", "p", "{}",
    )  # fmt: skip
