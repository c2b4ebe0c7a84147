"""Appending: versions, repeated commands, groups, and what is kept of an event."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec import structs

from shared.contracts.core import Envelope, derived_id
from shared.eventlog.append import Appended
from shared.eventlog.log import CategoryForbidden, CommandReused, EventLog, LogUnavailable, VersionConflict
from tests.eventlog.conftest import OpenLog
from tests.eventlog.facts import DAY, context, endorsed, is_whole, score_sheet, stream
from tests.servers import Database

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_an_event_is_kept_with_everything_that_surrounds_it(log: EventLog) -> None:
    where, why = stream(), context()

    appended = await log.append(where, 0, [endorsed("同意 \\u0000 \x7f")], why)

    assert await log.read_stream(where) == [
        Envelope(
            seq=1,
            event_id=derived_id(why.command_id, "0"),
            stream=where,
            version=1,
            type="intake.ApplicationEndorsed",
            schema_version=1,
            event=endorsed("同意 \\u0000 \x7f"),
            actor="li",
            office="city:220100",
            effective_on=DAY,
            recorded_at=appended.recorded_at,
            command_id=why.command_id,
            correlation_id="corr-1",
            causation_id=UUID(int=7),
            policy_version="2026-1",
        )
    ]
    assert appended == Appended(1, 1, 1, appended.recorded_at, replayed=False)


async def test_the_stored_text_is_exactly_what_was_encoded(log: EventLog) -> None:
    await log.append(stream(), 0, [endorsed('"同"\n\0')], context())

    (stored,) = await log.read_raw(0)

    assert stored.data == (
        '{"case_id":"case","endorser":"city:220100","opinion":"\\"同\\"\\n\\u0000","packet_sha256":"00"}'
    )


async def test_the_events_of_a_command_stand_together(log: EventLog) -> None:
    where = stream()
    await log.append(where, 0, [endorsed()], context())

    appended = await log.append(where, 1, [endorsed("b"), endorsed("c"), endorsed("d")], context())

    assert (appended.first_seq, appended.last_seq, appended.version) == (2, 4, 4)
    assert [event.version for event in await log.read_stream(where)] == [1, 2, 3, 4]


@pytest.mark.parametrize("expected", [0, 2, 7])
async def test_another_version_than_expected_is_a_conflict(log: EventLog, expected: int) -> None:
    where = stream()
    await log.append(where, 0, [endorsed()], context())

    with pytest.raises(VersionConflict) as conflict:
        await log.append(where, expected, [endorsed()], context())

    assert (conflict.value.stream, conflict.value.expected, conflict.value.actual) == (where, expected, 1)
    assert await log.head() == 1


async def test_the_same_command_again_gives_its_first_result(log: EventLog) -> None:
    where, why = stream(), context()
    first = await log.append(where, 0, [endorsed("a"), endorsed("b")], why)
    await log.append(where, 2, [endorsed("later")], context())

    again = await log.append(where, 0, [endorsed("a"), endorsed("b")], why)
    decided_anew = await log.append(where, 3, [endorsed("a"), endorsed("b")], why)

    assert again == decided_anew == structs.replace(first, replayed=True)
    assert [each.seq for each in await log.read_stream(where) if each.command_id == why.command_id] == [1, 2]
    assert await log.head() == 3


@pytest.mark.parametrize("change", ["stream", "content", "fewer", "more", "actor", "type"])
async def test_a_command_id_that_stands_for_something_else_is_refused(log: EventLog, change: str) -> None:
    where, why = stream(), context()
    events = [endorsed("a"), endorsed("b")]
    await log.append(where, 0, events, why)
    given: dict[str, tuple[Any, ...]] = {
        "stream": (stream(), 0, events, why),
        "content": (where, 0, [endorsed("a"), endorsed("x")], why),
        "fewer": (where, 0, events[:1], why),
        "more": (where, 0, [*events, endorsed("c")], why),
        "actor": (where, 0, events, context(why.command_id, subject="wang")),
        "type": (where, 0, [endorsed("a"), score_sheet()], why),
    }

    with pytest.raises(CommandReused) as reused:
        await log.append(*given[change])

    assert reused.value.command_id == why.command_id
    assert await log.head() == 2


async def test_another_services_category_is_refused_and_nobody_else_in_the_group_suffers(
    log: EventLog, open_log: OpenLog
) -> None:
    outcomes = await asyncio.gather(
        log.append(stream("review"), 0, [endorsed()], context()),
        log.append(stream(), 0, [endorsed()], context()),
        log.append("intake", 0, [endorsed()], context()),
        log.append("elsewhere/case/1", 0, [endorsed()], context()),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [CategoryForbidden, Appended, Appended, CategoryForbidden]
    relay = await open_log("relay")
    with pytest.raises(CategoryForbidden):
        await relay.append(stream(), 0, [endorsed()], context())


async def test_in_a_group_one_conflict_fails_its_own_command_only(log: EventLog, owner: Owner) -> None:
    taken, why = stream(), context()
    await log.append(taken, 0, [endorsed()], why)

    outcomes = await asyncio.gather(
        log.append(stream(), 0, [endorsed(), endorsed()], context()),
        log.append(taken, 0, [endorsed()], context()),
        log.append(taken, 0, [endorsed()], why),
        log.append(stream(), 0, [endorsed("other")], why),
        log.append(stream(), 0, [endorsed()], context()),
        return_exceptions=True,
    )

    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Appended, VersionConflict, Appended, CommandReused, Appended]
    assert isinstance(outcomes[2], Appended)
    assert outcomes[2].replayed
    assert is_whole(await log.read_raw(0))
    assert await log.head() == 4
    assert await owner.fetchval("select count(distinct xmin::text) from log.events") == 2


async def test_commands_of_one_group_build_on_each_other(owner: Owner, database: Database) -> None:
    facts = [
        _fact(UUID(int=1), "intake/a/1", 0),
        _fact(UUID(int=2), "intake/a/1", 1),
        _fact(UUID(int=3), "intake/a/1", 1),
    ]
    intake = await asyncpg.connect(database.url("intake"))

    verdicts = await intake.fetchval("call log.append($1, null)", facts)

    assert [verdict["status"] for verdict in verdicts] == ["ok", "ok", "conflict"]
    assert [verdict["version"] for verdict in verdicts] == [1, 2, 2]
    await intake.close()


async def test_every_verdict_may_stand_in_the_middle_of_a_group(owner: Owner, database: Database) -> None:
    intake = await asyncpg.connect(database.url("intake"))
    first = [_fact(UUID(int=1), "intake/a/1", 0), _fact(UUID(int=1), "intake/a/1", 0)]
    other = [_fact(UUID(int=10), "intake/b/1", 0)]
    await intake.fetchval("call log.append($1, null)", [*first, *other])
    asked = [
        ([_fact(UUID(int=2), "intake/a/1", 0)], ("conflict", None, None, 2)),
        ([_fact(UUID(int=3), "intake/a/2", 0), _fact(UUID(int=3), "intake/a/2", 0)], ("ok", 4, 5, 2)),
        (first, ("duplicate", 1, 2, 2)),
        ([_fact(UUID(int=4), "review/a/1", 0)], ("forbidden", None, None, 0)),
        ([_fact(UUID(int=5), "intake/a/2", 2), _fact(UUID(int=5), "intake/a/2", 2)], ("ok", 6, 7, 4)),
        ([_fact(UUID(int=6), "intake/a/2", 2)], ("conflict", None, None, 4)),
        ([_fact(UUID(int=10), "intake/a/3", 0)], ("reused", 3, 3, 1)),
        ([_fact(UUID(int=7), "intake/a/1", 2)], ("ok", 8, 8, 3)),
        ([_fact(UUID(int=8), "intake/a/1", 4)], ("conflict", None, None, 3)),
        ([_fact(UUID(int=9), "intake/a/2", 4)], ("ok", 9, 9, 5)),
    ]

    verdicts = await intake.fetchval("call log.append($1, null)", [fact for facts, _ in asked for fact in facts])

    assert [tuple(verdict)[:4] for verdict in verdicts] == [expected for _, expected in asked]
    rows = await owner.fetch("select command_id, stream, version, ordinal, event_id from log.events order by seq")
    written = [first, other, *(facts for facts, (status, *_) in asked if status == "ok")]
    assert [(row["command_id"], row["stream"], row["ordinal"], row["event_id"]) for row in rows] == [
        (fact[0], fact[1], ordinal, fact[3]) for facts in written for ordinal, fact in enumerate(facts)
    ]
    assert [row["version"] for row in rows] == [1, 2, 1, 1, 2, 3, 4, 3, 5]
    assert await owner.fetchval("select count(distinct xmin::text) from log.events") == 2
    assert await owner.fetchval("select count(distinct recorded_at) from log.events") == 2
    await intake.close()


async def test_many_commands_of_one_stream_in_one_group_build_on_each_other(owner: Owner, database: Database) -> None:
    intake = await asyncpg.connect(database.url("intake"))

    verdicts = await intake.fetchval(
        "call log.append($1, null)",
        [_fact(UUID(int=n), f"intake/a/{n % 3}", (n - n % 2) // 3) for n in range(60)],
    )

    versions = {f"intake/a/{n}": 0 for n in range(3)}
    for n, verdict in enumerate(verdicts):
        where = f"intake/a/{n % 3}"
        fits = versions[where] == (n - n % 2) // 3
        versions[where] += fits
        assert (verdict["status"], verdict["version"]) == ("ok" if fits else "conflict", versions[where])
    last = [verdict["last_seq"] for verdict in verdicts if verdict["status"] == "ok"]
    assert last == list(range(1, sum(versions.values()) + 1))
    assert await owner.fetchval("select count(*) from log.events") == sum(versions.values())
    await intake.close()


async def test_every_command_of_a_group_is_told_where_its_own_event_stands(owner: Owner, database: Database) -> None:
    intake = await asyncpg.connect(database.url("intake"))
    names = [f"intake/a/{n * 37 % 50}" for n in range(50)]
    facts = [_fact(UUID(int=n * 11 % 53 + 1), name, 0) for n, name in enumerate(names)]

    verdicts = await intake.fetchval("call log.append($1, null)", facts)

    stored = await owner.fetch("select seq, stream, command_id from log.events order by seq")
    assert [row["stream"] for row in stored] == names
    assert [row["command_id"] for row in stored] == [fact[0] for fact in facts]
    assert [verdict["first_seq"] for verdict in verdicts] == [row["seq"] for row in stored] == list(range(1, 51))
    assert {(verdict["status"], verdict["version"]) for verdict in verdicts} == {("ok", 1)}
    await intake.close()


@pytest.mark.parametrize(
    ("meanwhile", "expected"),
    [
        (("intake/b/9", UUID(int=99), 1), [("ok", 3, 4, None)]),
        (("intake/a/2", UUID(int=99), 1), [("ok", 3, 3, 1), ("conflict", None, None, 1)]),
        (("intake/b/9", UUID(int=2), 1), [("ok", 3, 3, 1), ("reused", 2, 2, 1)]),
    ],
    ids=["of-nobody", "of-a-stream", "of-a-command"],
)
async def test_a_group_that_waited_for_its_turn_is_judged_on_what_came_before_it(
    owner: Owner, database: Database, meanwhile: tuple[str, UUID, int], expected: list[tuple[object, ...]]
) -> None:
    intake = await asyncpg.connect(database.url("intake"))
    await intake.fetchval("call log.append($1, null)", [_fact(UUID(int=8), "intake/b/8", 0)])
    group = [_fact(UUID(int=1), "intake/a/1", 0), _fact(UUID(int=2), "intake/a/2", 0)]

    async with owner.transaction():
        await owner.execute("lock table log.turn in share update exclusive mode")
        waiting = asyncio.create_task(intake.fetchval("call log.append($1, null)", group))
        while not await owner.fetchval(
            "select bool_or(not granted) from pg_locks where relation = 'log.turn'::regclass"
        ):
            assert not waiting.done()
        await owner.execute(
            """
            insert into log.events (
                seq, recorded_at, event_id, command_id, effective_on, version, schema_version, ordinal, internal,
                stream, type, actor, office, correlation_id, policy_version, data
            )
            values (2, now(), gen_random_uuid(), $2, now(), $3, 1, 0, false, $1, 'intake.X', 'li', 'o', 'c', 'p', '{}')
            """,
            *meanwhile,
        )

    assert [tuple(verdict)[:4] for verdict in await waiting] == expected
    assert await owner.fetchval("select count(*) = max(seq) from log.events")
    await intake.close()


async def test_a_command_that_comes_twice_in_a_group_is_written_once(owner: Owner, database: Database) -> None:
    intake = await asyncpg.connect(database.url("intake"))
    fact = _fact(UUID(int=1), "intake/a/1", 0)

    verdicts = await intake.fetchval(
        "call log.append($1, null)", [fact, _fact(UUID(int=2), "intake/a/2", 0), (*fact[:1], "intake/a/3", *fact[2:])]
    )

    assert [verdict["status"] for verdict in verdicts] == ["ok", "ok", "reused"]
    assert await owner.fetchval("select count(*) from log.events") == 2
    await intake.close()


async def test_of_many_who_append_to_one_version_one_succeeds(log: EventLog, open_log: OpenLog) -> None:
    other, where = await open_log(), stream()

    outcomes = await asyncio.gather(
        *((log, other)[n % 2].append(where, 0, [endorsed(str(n))], context()) for n in range(20)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Appended) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == 19


async def test_concurrent_callers_share_their_commits(log: EventLog, owner: Owner) -> None:
    await asyncio.gather(*(log.append(stream(), 0, [endorsed()], context()) for _ in range(200)))

    assert await owner.fetchval("select count(distinct xmin::text) from log.events") <= 10
    assert is_whole(await log.read_raw(0))


async def test_the_same_commands_from_two_processes_at_once_are_written_once(database: Database, log: EventLog) -> None:
    reports = await asyncio.gather(*(_written_by_process(database, "same", 60) for _ in range(2)))

    assert reports[0] == reports[1]
    assert len(reports[0]) == 60
    assert await log.head() == 120
    assert is_whole(await log.read_raw(0))


async def test_a_caller_who_goes_away_disturbs_nobody(log: EventLog) -> None:
    why, where = context(), stream()
    tasks = [asyncio.create_task(log.append(stream(), 0, [endorsed()], context())) for _ in range(30)]
    leaving = asyncio.create_task(log.append(where, 0, [endorsed()], why))
    await asyncio.sleep(0)
    leaving.cancel()

    assert len({appended.first_seq for appended in await asyncio.gather(*tasks)}) == 30
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert (await log.append(where, 0, [endorsed()], why)).version == 1
    assert is_whole(await log.read_raw(0))


async def test_what_cannot_be_stored_is_refused_and_disturbs_nobody(log: EventLog) -> None:
    good = [log.append(stream(), 0, [endorsed()], context()) for _ in range(3)]
    bad = [
        log.append(stream(), 0, [], context()),
        log.append(stream(), -1, [endorsed()], context()),
        log.append(stream(), 2**31, [endorsed()], context()),
        log.append("intake/a/\0", 0, [endorsed()], context()),
        log.append("intake/a/\ud800", 0, [endorsed()], context()),
        log.append(stream(), 0, [endorsed("\ud800")], context()),
        log.append(stream(), 0, [endorsed()], replace(context(), effective_on="soon")),  # type: ignore[arg-type]
        log.append(stream(), 0, [endorsed()], replace(context(), command_id="none")),  # type: ignore[arg-type]
    ]

    outcomes = await asyncio.gather(*good, *bad, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes[:3]] == [Appended] * 3
    assert all(isinstance(outcome, ValueError | asyncpg.DataError) for outcome in outcomes[3:]), outcomes[3:]
    assert await log.head() == 3


async def test_a_closed_log_says_so(log: EventLog) -> None:
    await log.close()

    with pytest.raises(LogUnavailable):
        await log.append(stream(), 0, [endorsed()], context())
    with pytest.raises(LogUnavailable):
        await log.head()


async def _written_by_process(database: Database, seed: str, count: int) -> list[list[Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.eventlog.writer", database.url("intake"), seed, str(count),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(out)  # type: ignore[no-any-return]


def _fact(command_id: UUID, where: str, expected: int) -> tuple[object, ...]:
    return (command_id, where, expected, uuid4(), None, DAY, 1, False, "intake.X", "li", "o", "c", "p", "{}")
