"""Showing, following and searching the log; who reads what events hold is on record."""

from __future__ import annotations

import asyncio
import os
import sys

from shared.contracts.operator import RecordsRead
from shared.eventlog.log import EventLog
from tests.operator.conftest import CASE, CITY, DELIVERY, ROOT, System
from tests.review import histories


async def reads(system: System) -> list[RecordsRead]:
    async with await EventLog.open(system.database.url("juqu_operator")) as log:
        found = await log.read_all(0, categories=["operator"], include_internal=True)
    return [each.event for each in found if isinstance(each.event, RecordsRead)]


async def test_an_event_is_shown_with_its_whole_envelope_its_cause_and_its_effects(lived: System) -> None:
    said = await lived.juqu("log", "show", "2")
    assert said.code == 0, said.err
    shown = dict(line.split(None, 1) for line in said.out.splitlines()[1:] if len(line.split(None, 1)) == 2)
    assert said.out.startswith("2  review.CaseOpened 省科技厅收件")
    envelope = ("event_id", "stream", "version", "schema_version", "clause", "internal", "effective_on", "recorded_at")
    assert set(shown) >= {
        *envelope,
        "actor",
        "office",
        "command_id",
        "correlation_id",
        "causation_id",
        "policy_version",
    }
    assert (shown["stream"], shown["effective_on"]) == (f"review/case/{CASE}", "2018-06-20")
    assert "1  intake.ApplicationFiled 向省科技厅申报" in said.out
    assert "notify.DeliveryRequested 通知待发" in said.out
    assert '"county_name": "九台区"' in said.out
    assert "\x1b" not in said.out


async def test_machines_get_the_event_as_json(lived: System) -> None:
    (event,) = (await lived.juqu("log", "show", "1", "--json")).json
    assert event["data"]["place"]["county_name"] == "九台区"
    assert (event["case_id"], event["actor"], event["led_to"]) == (CASE, CITY.subject, [2])


async def test_reading_an_event_is_on_record_and_reading_again_is_another_record(lived: System) -> None:
    for _ in range(2):
        await lived.juqu("log", "show", "1")
    found = await reads(lived)
    assert [(each.cases, each.seqs, each.count) for each in found] == [((CASE,), (1,), 1)] * 2
    assert found[0].command == "juqu log show 1"


async def test_nothing_is_shown_where_the_reading_cannot_be_recorded(lived: System) -> None:
    (lived.state / "stack.json").unlink()
    said = await lived.juqu("log", "show", "1", JUQU_DATABASE_URL=lived.database.url("review"))
    assert "juqu_operator" in said.refused
    assert (said.code, said.out) == (2, "")


async def test_columns_alone_leave_no_record(lived: System) -> None:
    await lived.juqu("log", "tail")
    assert await reads(lived) == []


async def test_an_event_that_is_not_there_is_said_in_words(lived: System) -> None:
    said = await lived.juqu("log", "show", "999")
    assert "There is no event 999; the log ends at" in said.refused
    assert said.code == 1


async def test_the_tail_has_the_newest_last_in_aligned_columns(lived: System) -> None:
    said = await lived.juqu("log", "tail", "-n", "3")
    head, *rows = said.out.splitlines()
    assert head.split() == ["seq", "effective", "recorded", "case", "office", "type"]
    assert [row.split()[-2] for row in rows] == [
        "notify.DeliveryRequested",
        "notify.AttemptStarted",
        "notify.DeliveryDelivered",
    ]
    place = head.index("type")
    assert all(row[place:].startswith("notify.") for row in rows)


async def test_the_tail_of_an_empty_log_is_empty(system: System) -> None:
    said = await system.juqu("log", "tail")
    assert (said.code, len(said.out.splitlines())) == (0, 1)


async def test_following_shows_what_comes(system: System) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.operator.app", "log", "tail", "--follow"),
        cwd=ROOT,
        env=buffered | {"JUQU_STATE_DIR": str(system.state)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert b"effective" in await asyncio.wait_for(process.stdout.readline(), 60)
        opening = histories.FILING
        await system.append("intake", f"intake/application/{CASE}", CITY, "2018-06-20", opening)
        row = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    finally:
        process.terminate()
        await process.wait()
    assert row.split()[:2] == ["1", "2018-06-20"]
    assert "intake.ApplicationFiled" in row


async def test_a_search_takes_every_criterion(lived: System) -> None:
    async def seqs(*criteria: str) -> list[int]:
        return [int(row.split()[0]) for row in (await lived.juqu("log", "search", *criteria)).out.splitlines()[1:]]

    assert await seqs("--type", "intake.ApplicationFiled") == [1]
    assert await seqs("--type", "CaseOpened") == [2]
    assert await seqs("--type", "通知待发", "--office", "system:notify", "--actor", "system:notify") != []
    assert await seqs("--text", "九台区", "--to", "2018-06-20") == [1, 2]
    assert len(await seqs("--case", CASE, "--from", "2018-08-31", "-n", "2")) == 2
    assert await seqs("--from", "2018-06-21", "--to", "2018-06-21", "--case", DELIVERY) != []
    assert await seqs("--to", "2018-06-20", "--clock", "recorded") == []


async def test_a_search_that_finds_nothing_says_what_may_be_meant(lived: System) -> None:
    said = await lived.juqu("log", "search", "--type", "intake.AplicationFiled")
    assert "intake.ApplicationFiled" in said.refused
    assert said.code == 1


async def test_mistakes_are_told_in_words(system: System) -> None:
    assert "is no date" in (await system.juqu("log", "search", "--from", "2018-02-30")).refused
    assert "lies after" in (await system.juqu("log", "search", "--from", "2019-01-01", "--to", "2018-01-01")).refused
    assert (await system.juqu("log", "show", "one")).code == 2


async def test_no_running_system_is_told_in_words(system: System) -> None:
    (system.state / "stack.json").unlink()
    assert "There is no running system" in (await system.juqu("log", "tail")).refused
    gone = "postgresql://juqu_operator:x@127.0.0.1:1/juqu"
    said = await system.juqu("log", "tail", JUQU_DATABASE_URL=gone)
    assert "does not answer" in said.refused
    assert said.code == 2
