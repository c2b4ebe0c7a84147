"""Feedback over HTTP, on a log that holds the case: who rates what, who reads what, and what everybody reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest

from shared.contracts.core import Actor, Event
from shared.contracts.reading import PersonalDataRead
from shared.contracts.review import ObjectionAnswered
from shared.eventlog.log import EventLog
from tests.intake import cases
from tests.intake.serving import Desk, serving
from tests.office.people import CLERK
from tests.servers import Database
from tests.specification import context

CASE: Final = cases.CASE
OTHER: Final = "6a1b6f0e-0000-4000-8000-000000000002"
OBJECTION: Final = "3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a02"
SAID: Final = "等了三个星期才有人接电话"


@pytest.fixture
async def desk(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Desk]:
    """Office, and on the log a case that the city endorsed and an objection that was answered."""
    await record(database, "intake", f"intake/application/{CASE}", cases.filed())
    answered = ObjectionAnswered(case_id=CASE, objection_id=OBJECTION, upheld=False, answer="不成立")
    await record(database, "review", f"review/case/{CASE}", [answered])
    async with serving(database, redis_url, state_dir, name="office") as running:
        running.last_seq = await running.head()
        yield running


async def record(database: Database, service: str, stream: str, events: Sequence[Event]) -> None:
    async with await EventLog.open(database.url(service)) as log:
        await log.append(stream, 0, events, context(cases.SYSTEM, command_id=uuid4()))


async def handled(desk: Desk, who: Actor = cases.COUNTY, of: str = CASE) -> dict[str, Any]:
    """What was handled in a case, by step."""
    answer = await desk.get(who, f"/cases/{of}/feedback")
    assert answer.status_code == 200, answer.text
    return {row["step"]: row for row in answer.json()}


async def rate(desk: Desk, handling_id: str, level: str, who: Actor | None = cases.COUNTY, words: str = "") -> Any:
    return await desk.post(who, f"/handlings/{handling_id}/feedback", {"level": level, "words": words})


async def test_applicants_rate_what_was_handled_and_the_province_answers(desk: Desk) -> None:
    before = await handled(desk)
    assert list(before) == ["endorsement", "filing"]
    assert before["filing"]["level"] is None
    handling = before["endorsement"]["handling_id"]
    assert (await rate(desk, handling, "very_dissatisfied", words=SAID)).status_code == 200
    assert (await rate(desk, handling, "very_dissatisfied", words=SAID)).json()["events"] == []
    again = await rate(desk, handling, "satisfied")
    assert (again.status_code, again.json()["type"]) == (409, "urn:juqu:rule:handling-is-rated-once")
    own, others = await handled(desk), await handled(desk, cases.KEY)
    assert (own["endorsement"]["words"], own["endorsement"]["due_on"]) == (SAID, "2018-07-03")
    assert others["endorsement"]["level"] is None

    (waiting,) = (await desk.get(CLERK, "/feedback?waiting=true")).json()
    assert SAID not in str(waiting)
    path = f"/handlings/{handling}/feedback/{waiting['feedback_id']}"
    assert (await desk.get(CLERK, path)).json()["words"] == SAID
    assert (await desk.post(CLERK, f"{path}/answer", {"answer": "已致歉并增加接听人员"})).status_code == 200
    assert (await desk.get(CLERK, "/feedback?waiting=true")).json() == []
    assert (await handled(desk))["endorsement"]["answer"] == "已致歉并增加接听人员"


async def test_nobody_rates_or_reads_what_is_not_theirs(desk: Desk) -> None:
    handling = (await handled(desk))["filing"]["handling_id"]
    for who in (None, cases.OTHER_COUNTY, cases.CITY, CLERK):
        assert (await rate(desk, handling, "satisfied", who)).status_code == 403
    assert (await rate(desk, str(uuid4()), "satisfied")).status_code == 404
    assert (await rate(desk, handling, "splendid")).status_code == 422
    assert (await desk.get(cases.OTHER_COUNTY, f"/cases/{CASE}/feedback")).status_code == 403
    assert (await desk.get(cases.COUNTY, f"/cases/{uuid4()}/feedback")).status_code == 404
    assert (await desk.get(cases.COUNTY, "/feedback")).status_code == 403
    assert (await desk.get(None, f"/handlings/{handling}/feedback")).status_code == 404


async def test_who_has_the_receipt_of_an_answer_rates_it_once(desk: Desk) -> None:
    letter = str((await desk.post(None, "/letters", {"kind": "question", "text": "问"})).json()["letter_id"])
    assert (await rate(desk, letter, "satisfied", None)).status_code == 404
    await desk.post(CLERK, f"/letters/{letter}/answer", {"answer": "答"})
    assert (await desk.get(None, f"/handlings/{letter}/feedback")).json()["level"] is None
    for receipt in (letter, OBJECTION):
        assert (await rate(desk, receipt, "satisfied", CLERK)).status_code == 403
        assert (await rate(desk, receipt, "dissatisfied", None, words=SAID)).status_code == 200
        assert (await rate(desk, receipt, "satisfied", None)).status_code == 409
        told = await desk.get(None, f"/handlings/{receipt}/feedback")
        assert told.json()["level"] == "dissatisfied"
        assert SAID not in told.text
    assert "objection" not in await handled(desk)


async def test_everybody_reads_numbers_once_there_are_three(desk: Desk) -> None:
    handling = (await handled(desk))["filing"]["handling_id"]
    for who, level in ((cases.COUNTY, "satisfied"), (cases.KEY, "dissatisfied")):
        await rate(desk, handling, level, who, words=SAID)
    assert (await desk.get(None, "/feedback-figures")).json() == []
    another = [replace(event, case_id=OTHER) for event in cases.filed()]  # type: ignore[type-var]
    await record(desk.database, "intake", f"intake/application/{OTHER}", another)
    desk.last_seq = await desk.head()
    await rate(desk, (await handled(desk, of=OTHER))["filing"]["handling_id"], "very_satisfied")
    (figures,) = (await desk.get(None, "/feedback-figures")).json()
    assert (figures["step"], figures["ratings"], figures["satisfied_percent"]) == ("filing", 3, 66.7)
    assert (figures["very_satisfied"], figures["satisfied"], figures["dissatisfied"]) == (1, 1, 1)


async def test_what_was_written_is_sealed_and_reading_it_is_on_record(desk: Desk, database: Database) -> None:
    handling = (await handled(desk))["filing"]["handling_id"]
    await rate(desk, handling, "dissatisfied", words=SAID)
    connection = await asyncpg.connect(database.owner_url)
    (stored,) = await connection.fetch("select data from log.events where type = 'office.FeedbackGiven'")
    await connection.close()
    assert SAID not in stored["data"]
    (waiting,) = (await desk.get(CLERK, "/feedback")).json()
    assert await read(desk) == []
    await desk.get(CLERK, f"/handlings/{handling}/feedback/{waiting['feedback_id']}")
    assert await read(desk) == [PersonalDataRead(case_id=CASE, whose="", kinds=("text",))]
    desk.last_seq = await desk.service.log.head(include_internal=True)
    (reading,) = (await desk.get(cases.COUNTY, f"/readings?case_id={CASE}")).json()
    assert (reading["office"], reading["kinds"]) == ("province", ["text"])
    assert (await desk.get(cases.OTHER_COUNTY, f"/readings?case_id={CASE}")).status_code == 403


async def read(desk: Desk) -> list[Event]:
    found = await desk.service.log.read_all(0, include_internal=True)
    return [each.event for each in found if isinstance(each.event, PersonalDataRead)]
