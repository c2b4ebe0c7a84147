"""Dates are not free in review: nothing is published, told or decided as of a day that somebody chose."""

from __future__ import annotations

import pytest

from tests.review import histories as h
from tests.review.served import Served, body, rule_of


async def refused(served: Served, path: str, fields: object, on: str, who: object = h.OFFICER) -> str:
    """The rule that refuses an act as of a day; nothing is stored."""
    head = await served.service.log.head()
    answer = await served.post(who, path, fields, Juqu_Effective_On=on)  # type: ignore[arg-type]
    rule = rule_of(answer, 422)
    assert await served.service.log.head() == head
    return rule


async def test_publicity_cannot_be_over_before_anybody_could_object(served: Served) -> None:
    await served.go_to_the_panel()
    await served.clock("2018-07-20")
    await served.declare(1, 2, 3, 4, 5)
    for number in range(1, 6):
        who = h.expert_at(f"expert:e{number}")("2018-07-20").actor
        await served.done(who, "/score-sheet", body(h.submit(f"e{number}")))
    await served.done(h.OFFICER, "/site-visit", body(h.schedule()))
    await served.clock("2018-08-09")
    await served.done(h.OFFICER, "/site-visit/report", body(h.report_visit()) | {"photographs": []})
    await served.clock("2018-08-17")
    await served.done(h.OFFICER, "/panel/conclusion")
    await served.clock("2018-09-03")
    backdated = body(h.start_publicity("2018-08-20"))
    assert await refused(served, "/publicity", backdated, "2018-08-20") == "publicity-is-not-backdated"
    assert await refused(served, "/publicity", body(h.start_publicity("2018-09-03")), "2018-08-20") == (
        "act-takes-effect-when-told"
    )
    assert rule_of(await served.post(h.OFFICER, "/publicity", backdated), 422) == "publicity-is-not-backdated"
    for never in ("9999-12-30", "2019-06-03"):
        answer = await served.post(h.OFFICER, "/publicity", backdated | {"starts_on": never})
        assert rule_of(answer, 422) == "publicity-is-not-backdated"
    assert await served.done(h.OFFICER, "/publicity", backdated | {"starts_on": "2018-09-03"}) == ["PublicityStarted"]


async def test_an_approval_follows_everything_on_record_and_is_dated_once(served: Served) -> None:
    await served.go_to_publicity()
    await served.clock("2018-08-22")
    await served.done(None, "/objections", body(h.object_()))
    await served.clock("2018-08-31")
    (objection,) = await served.get(h.OFFICER, "/objections")
    answered = {"upheld": False, "answer": "经核实"}
    await served.done(h.OFFICER, f"/objections/{objection['objection_id']}/answer", answered)
    early = body(h.approve()) | {"approved_on": "2018-08-30"}
    assert rule_of(await served.post(h.LEAD, "/approval", early), 422) == "effect-follows-what-it-rests-on"
    right = early | {"approved_on": "2018-08-31"}
    assert await refused(served, "/approval", right, "2018-08-28", h.LEAD) == "approval-is-dated-rightly"
    await served.clock("2018-09-20")
    assert rule_of(await served.post(h.LEAD, "/approval", right), 422) == "act-is-dated-back-within-the-policys-days"
    answer = await served.post(h.LEAD, "/approval", right | {"approved_on": "2018-09-19"})
    assert answer.status_code == 200, answer.text


async def test_an_acceptance_may_be_dated_before_somebody_claimed_the_case(served: Served) -> None:
    await served.file()
    await served.clock("2018-06-25")
    await served.done(h.OFFICER, "/holder/claim")
    answer = await served.post(h.OFFICER, "/acceptance", {}, Juqu_Effective_On="2018-06-22")
    assert answer.status_code == 200, answer.text


async def test_a_correction_notice_is_not_overdue_when_it_is_sent(served: Served) -> None:
    await served.file()
    await served.clock("2018-07-30")
    notice = body(h.issue_notice(h.item("staff.lawyers")))
    assert await refused(served, "/correction-notice", notice, "2018-06-22") == "act-takes-effect-when-told"


@pytest.mark.parametrize("on", ["2018-06-19", "2018-04-27", "1900-01-01", "0001-01-01"])
async def test_nothing_takes_effect_before_the_case_was_filed_nor_before_the_programme(served: Served, on: str) -> None:
    await served.file()
    await served.clock("2018-06-22")
    assert await refused(served, "/acceptance", {}, on) in (
        "effect-follows-what-it-rests-on",
        "effect-follows-the-policy",
    )


@pytest.mark.parametrize("on", ["20180620", "2018-W25-3", "2018-6-20", "２０１８-06-20", "2018-02-30", "soon", ""])
async def test_a_day_of_effect_is_written_in_one_way(served: Served, on: str) -> None:
    await served.file()
    named = served.headers(h.OFFICER) | {"Juqu-Effective-On": on}
    headers = {name.encode(): value.encode() for name, value in named.items()}
    answer = await served.http.post(f"/cases/{h.CASE}/acceptance", json={}, headers=headers)
    assert rule_of(answer, 422) == "header-is-well-formed"


async def test_a_visit_is_reported_neither_for_a_day_to_come_nor_for_another(served: Served) -> None:
    await served.go_to_the_panel()
    await served.clock("2018-07-20")
    await served.declare(1, 2, 3, 4, 5)
    for number in range(1, 6):
        who = h.expert_at(f"expert:e{number}")("2018-07-20").actor
        await served.done(who, "/score-sheet", body(h.submit(f"e{number}")))
    past = body(h.schedule(visit_on="2018-07-19"))
    assert rule_of(await served.post(h.OFFICER, "/site-visit", past), 422) == "visit-is-scheduled-ahead"
    assert await refused(served, "/site-visit", past, "2018-07-01") == "visit-is-scheduled-ahead"
    await served.done(h.OFFICER, "/site-visit", body(h.schedule()))
    report = body(h.report_visit()) | {"photographs": []}
    assert rule_of(await served.post(h.OFFICER, "/site-visit/report", report), 422) == "visit-is-reported-for-its-day"
    await served.clock("2018-08-09")
    assert await refused(served, "/site-visit/report", report, "2018-08-07") == "visit-is-reported-for-its-day"
    answer = await served.post(h.OFFICER, "/site-visit/report", report, Juqu_Effective_On="2018-08-08")
    assert answer.status_code == 200, answer.text
