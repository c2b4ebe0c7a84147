"""Commands on a real log: decided once, again, and at the same time as others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.contracts.core import Role
from shared.eventlog.errors import CommandReused, VersionConflict
from shared.eventlog.log import EventLog
from shared.service.command_id import command_id
from shared.service.runner import Refused, Runner
from tests.servers import Database
from tests.service.tally.intake import FULL, Count, Counted, tally
from tests.specification import actor, context


@pytest.fixture
async def log(database: Database) -> AsyncIterator[EventLog]:
    opened = await EventLog.open(database.url("intake"))
    yield opened
    await opened.close()


def by(number: int, key: str) -> Count:
    ident = command_id("li", key, str(number).encode())
    return Count(context=context(actor("county:220113", Role.COUNTY), command_id=ident), case_id="a", by=number)


async def test_a_command_is_decided_and_appended(log: EventLog) -> None:
    done = await Runner(log).execute(tally, "a", by(2, "one"))
    assert (done.seq, done.version, done.replayed) == (1, 1, False)
    assert [type(event) for event in done.events] == [Counted]
    assert await Runner(log).state(tally, "a") == (2, 1)


async def test_the_same_command_again_gives_its_first_result(log: EventLog) -> None:
    first = await Runner(log).execute(tally, "a", by(3, "one"))
    await Runner(log).execute(tally, "a", by(2, "two"))
    again = await Runner(log).execute(tally, "a", by(3, "one"))
    assert again.replayed
    assert (again.seq, again.version, again.events) == (first.seq, first.version, first.events)
    assert await Runner(log).state(tally, "a") == (5, 2)


async def test_the_same_key_with_another_request_is_refused(log: EventLog) -> None:
    await Runner(log).execute(tally, "a", by(1, "one"))
    with pytest.raises(CommandReused):
        await Runner(log).execute(tally, "a", by(2, "one"))
    assert await log.head() == 1


async def test_a_refusal_stores_nothing(log: EventLog) -> None:
    with pytest.raises(Refused) as caught:
        await Runner(log).execute(tally, "a", by(6, "one"))
    assert caught.value.refusal.rule is FULL
    assert await log.head() == 0


async def test_nothing_to_say_stores_nothing(log: EventLog) -> None:
    done = await Runner(log).execute(tally, "a", by(0, "one"))
    assert (done.seq, done.events) == (0, ())


async def test_a_stale_version_is_refused_and_the_current_one_is_not(log: EventLog) -> None:
    runner = Runner(log)
    await runner.execute(tally, "a", by(1, "one"), expected_version=0)
    with pytest.raises(VersionConflict):
        await runner.execute(tally, "a", by(1, "two"), expected_version=0)
    assert (await runner.execute(tally, "a", by(1, "two"), expected_version=1)).version == 2


async def test_of_many_at_once_the_rule_holds(log: EventLog) -> None:
    """Eight want to count to five: each is decided on a state that includes the winners."""
    runner = Runner(log)
    results = await asyncio.gather(
        *(runner.execute(tally, "a", by(1, f"key {n}")) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(each, Refused) for each in results) == 3
    assert await runner.state(tally, "a") == (5, 5)


async def test_the_same_command_sent_many_times_at_once_happens_once(log: EventLog) -> None:
    runner = Runner(log)
    results = await asyncio.gather(*(runner.execute(tally, "a", by(1, "one")) for _ in range(8)))
    assert {each.seq for each in results} == {1}
    assert await log.head() == 1


async def test_a_command_on_what_is_new_is_decided_without_a_look(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(*_: object) -> None:
        raise AssertionError("it looked")

    monkeypatch.setattr(log, "read_stream", look)
    done = await Runner(log).execute(tally, "a", by(2, "one"), new=True)
    assert (done.seq, done.version, done.replayed) == (1, 1, False)


async def test_said_to_be_new_and_there_it_is_decided_on_what_is_there(log: EventLog) -> None:
    await Runner(log).execute(tally, "a", by(4, "one"))
    assert (await Runner(log).execute(tally, "a", by(1, "two"), new=True)).version == 2
    with pytest.raises(Refused) as caught:
        await Runner(log).execute(tally, "a", by(1, "three"), new=True)
    assert caught.value.refusal.rule is FULL
    assert await log.head() == 2


async def test_said_to_be_new_the_same_command_again_gives_its_first_result(log: EventLog) -> None:
    first = await Runner(log).execute(tally, "a", by(5, "one"), new=True)
    await Runner(log).execute(tally, "b", by(1, "two"))
    again = await Runner(log).execute(tally, "a", by(5, "one"), new=True)
    assert again.replayed
    assert (again.seq, again.version, again.events) == (first.seq, first.version, first.events)


async def test_said_to_be_new_the_same_key_with_another_request_is_refused(log: EventLog) -> None:
    await Runner(log).execute(tally, "a", by(1, "one"), new=True)
    with pytest.raises(CommandReused):
        await Runner(log).execute(tally, "a", by(2, "one"), new=True)


async def test_said_to_be_new_what_changes_nothing_and_what_is_refused_are_judged_as_ever(log: EventLog) -> None:
    assert (await Runner(log).execute(tally, "a", by(0, "one"), new=True)).events == ()
    with pytest.raises(Refused):
        await Runner(log).execute(tally, "a", by(6, "one"), new=True)
    assert await log.head() == 0


async def test_of_many_who_open_at_once_the_rule_holds(log: EventLog) -> None:
    runner = Runner(log)
    results = await asyncio.gather(
        *(runner.execute(tally, "a", by(1, f"key {n}"), new=True) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(each, Refused) for each in results) == 3
    assert await runner.state(tally, "a") == (5, 5)
