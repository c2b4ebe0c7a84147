"""Over all cases, on real servers: a document number is used once, and a county has one live title."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from services.review.case import decider
from services.review.handlers import Handlers
from shared.contracts import review
from shared.contracts.core import Event
from shared.contracts.intake import Place
from shared.contracts.lifecycle import TitleRevoked
from shared.eventlog.log import EventLog, FenceCrossed
from shared.projections.projection import project
from shared.service.unique.view import unique_of
from tests.review import histories as h
from tests.review.served import Served, body, rule_of
from tests.specification import context

OTHER = "6a1b6f0e-0000-4000-8000-0000000000b2"
NEIGHBOUR = Place(
    county="220112",
    county_name="双阳区",
    endorser="220100",
    endorser_name="长春市科技局",
    route=h.PLACE.route,
    code_given="220112",
    note="",
)
FIRST, SECOND = body(h.approve()), body(h.approve("吉科发专〔2018〕113号"))


async def ready(served: Served, case_id: str, place: Place = h.PLACE) -> None:
    """A case of a county whose publicity is over."""
    events: list[Event] = []
    for event in h.publicity_over():
        placed = replace(event, place=place) if isinstance(event, review.CaseOpened) else event
        events.append(replace(placed, case_id=case_id))  # type: ignore[type-var]
    async with await EventLog.open(served.database.url("review")) as log:
        why = context(h.OFFICER, "2018-08-25", command_id=UUID(case_id))
        await log.append(decider.stream(case_id), 0, events, why)
    await served.settled()


async def approve(served: Served, case_id: str, fields: object = FIRST) -> httpx.Response:
    """A lead approves a case."""
    return await served.http.post(f"/cases/{case_id}/approval", json=fields, headers=served.headers(h.LEAD))


async def correct(served: Served, case_id: str, field: str, was: str, now: str) -> httpx.Response:
    """An officer corrects the approval of a case."""
    timeline = await served.ask(h.OFFICER, f"/cases/{case_id}/timeline")
    approved = next(row for row in timeline if row["type"] == "review.DesignationApproved")
    said = {"field": field, "was": was, "now": now, "why": "录入错误", "on_word_of": "省科技厅办公室"}
    fields = said | {"corrects": approved["event_id"]}
    return await served.http.post(f"/cases/{case_id}/record-correction", json=fields, headers=served.headers(h.OFFICER))


async def rows_are_the_fold_of_the_log(served: Served) -> dict[str, Any]:
    """Who holds what, as the tables say and as the log folds."""
    await served.settled()
    projection = unique_of("review")
    folded = project(projection, await served.service.log.read_all(0, categories=projection.categories))
    async with served.service.reading(None, projection.name, after=await served.service.log.head()) as connection:
        for view in projection.views:
            rows = (await connection.execute(select(view.table))).mappings()
            assert {tuple(row[name] for name in view.key_columns): dict(row) for row in rows} == folded[view.name]
    return folded


async def test_two_leads_who_take_one_number_at_the_same_moment(served: Served) -> None:
    """One has it; the other is told at the field who does, and takes the next."""
    await served.clock("2018-08-31")
    await ready(served, h.CASE)
    await ready(served, OTHER, NEIGHBOUR)

    answers = await asyncio.gather(approve(served, h.CASE), approve(served, OTHER))

    (won,) = [answer for answer in answers if answer.status_code == 200]
    (lost,) = [answer for answer in answers if answer is not won]
    assert rule_of(lost, 422) == "document-number-is-used-once"
    assert lost.json()["field"] == "document_number"
    winner, county = (h.CASE, "九台区") if won is answers[0] else (OTHER, "双阳区")
    assert lost.json()["detail"] == (
        f"吉科发专〔2018〕112号 is that of another decision: Approval, {county}, 2018-08-31 (case {winner})"
    )
    assert lost.json()["detail_zh"] == f"吉科发专〔2018〕112号已用于{county}批复（2018-08-31，办件编号 {winner}）"
    assert lost.json()["clause"] == "中办发〔2012〕14号"
    loser = OTHER if winner == h.CASE else h.CASE
    assert (await approve(served, loser, SECOND)).status_code == 200
    folded = await rows_are_the_fold_of_the_log(served)
    assert sorted(row["number"] for row in folded["numbers_used"].values()) == [
        "吉科发专〔2018〕112号",
        "吉科发专〔2018〕113号",
    ]
    assert len(folded["live_titles"]) == 2


async def test_a_number_that_another_service_took_between_the_look_and_the_writing(served: Served) -> None:
    await served.clock("2018-08-31")
    await ready(served, h.CASE)
    looked = await Handlers(served.service).approve(replace(h.approve(), context=context(h.LEAD, "2018-08-31")))
    revoked = TitleRevoked(
        case_id=OTHER,
        document_number="吉科发专〔2018〕112号",
        revoked_on=date(2018, 8, 30),
        reasons="复核仍不合格",
        statement_considered="",
        remedies="…",
        decided_by="lead-2",
    )
    async with await EventLog.open(served.database.url("lifecycle")) as log:
        await log.append(f"lifecycle/district/{OTHER}", 0, (revoked,), context(h.LEAD, "2018-08-30"))

    with pytest.raises(FenceCrossed) as told:
        await served.service.runner.execute(decider, h.CASE, looked)
    assert told.value.seq == await served.service.log.head()

    lost = await approve(served, h.CASE)
    assert rule_of(lost, 422) == "document-number-is-used-once"
    assert lost.json()["detail"] == (
        f"吉科发专〔2018〕112号 is that of another decision: Revocation of the title, -, 2018-08-30 (case {OTHER})"
    )


async def test_a_county_has_one_live_title(served: Served) -> None:
    await served.clock("2018-08-31")
    await ready(served, h.CASE)
    await ready(served, OTHER)
    assert (await approve(served, h.CASE)).status_code == 200

    second = await approve(served, OTHER, SECOND)

    assert rule_of(second, 409) == "county-has-one-live-title"
    assert second.json()["detail_zh"] == f"九台区自2018-08-31起持有称号（办件编号 {h.CASE}）"


async def test_a_correction_moves_a_number_and_takes_none_that_is_used(served: Served) -> None:
    await served.clock("2018-08-31")
    await ready(served, h.CASE)
    await ready(served, OTHER, NEIGHBOUR)
    assert (await approve(served, h.CASE)).status_code == 200
    assert (await approve(served, OTHER, SECOND)).status_code == 200
    number = "document_number"

    taken = await correct(served, OTHER, number, "吉科发专〔2018〕113号", "吉科发专【2018】112号")
    assert rule_of(taken, 422) == "document-number-is-used-once"
    assert taken.json()["field"] == "now"
    of_another_year = await correct(served, OTHER, number, "吉科发专〔2018〕113号", "吉科发专〔2019〕113号")
    assert rule_of(of_another_year, 422) == "document-number-is-of-its-year"
    foreign = await correct(served, OTHER, number, "吉科发专〔2018〕113号", "吉财发〔2018〕113号")
    assert rule_of(foreign, 422) == "document-number-bears-the-offices-prefix"
    at_home = await correct(served, OTHER, "place.county", "220112", "220113")
    assert rule_of(at_home, 409) == "county-has-one-live-title"

    moved = await correct(served, h.CASE, number, "吉科发专〔2018〕112号", "吉科发专〔2018〕120号")
    assert moved.status_code == 200, moved.text
    free = await correct(served, OTHER, number, "吉科发专〔2018〕113号", "吉科发专〔2018〕112号")
    assert free.status_code == 200, free.text
    folded = await rows_are_the_fold_of_the_log(served)
    held = {row["case_id"]: row["number"] for row in folded["numbers_used"].values()}
    assert held == {h.CASE: "吉科发专〔2018〕120号", OTHER: "吉科发专〔2018〕112号"}
