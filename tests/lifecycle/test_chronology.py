"""Dates are not free in lifecycle: no grade, order or title takes effect as of a day that somebody chose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lifecycle.served import Served, serving
from tests.lifecycle.situations import CASE, CITY, KEY_UNIT, LEAD, PROVINCE
from tests.lifecycle.test_api import DISTRICT, event_of, file_report
from tests.servers import Database


@pytest.fixture
async def served(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    async with serving(database, redis_url, state_dir) as running:
        await running.approve(CASE, "2019-08-20", "220502", KEY_UNIT)
        yield running


async def test_a_grade_takes_effect_neither_before_the_terms_end_nor_on_a_day_that_is_chosen(served: Served) -> None:
    await served.clock("2022-08-18")
    evidence = [{"event_id": await event_of(served, "DistrictDesignated"), "shows": "设立"}]
    points = {"thinking": "90", "practice": "90", "evidence": evidence}
    for on in ("2019-08-20", "2022-08-17"):
        answer = await served.post(PROVINCE, f"{DISTRICT}/assessment/conclusion", points, Juqu_Effective_On=on)
        assert answer.status_code in (409, 422), answer.text
    late = await served.post(PROVINCE, f"{DISTRICT}/assessment/conclusion", points, Juqu_Effective_On="2022-08-17")
    assert late.json()["type"] == "urn:juqu:rule:act-takes-effect-when-told"
    assert late.json()["title_zh"] == "该事项自告知之日起生效，不得倒签日期"
    revoked = {"document_number": "吉科发专〔2022〕58号", "reasons": "不合格"}
    answer = await served.post(LEAD, f"{DISTRICT}/revocation", revoked, Juqu_Effective_On="2022-08-17")
    assert answer.status_code == 409


async def test_a_receipt_is_not_dated_before_the_report_it_is_for(served: Served) -> None:
    await served.clock("2020-03-20")
    await file_report(served, 2020)
    await served.clock("2020-03-25")
    path, body = f"{DISTRICT}/report-receipts", {"year": 2020}
    early = await served.post(CITY, path, body, Juqu_Effective_On="2020-03-19")
    assert (early.status_code, early.json()["type"]) == (422, "urn:juqu:rule:effect-follows-what-it-rests-on")
    assert early.json()["field"] == "Juqu-Effective-On"
    right = await served.post(CITY, path, body, Juqu_Effective_On="2020-03-20")
    assert right.status_code == 200, right.text


@pytest.mark.parametrize(("on", "rule"), [("2019-08-19", "effect-follows-what-it-rests-on"),
                                          ("2018-04-27", "effect-follows-the-policy"),
                                          ("2019-10-01", "effect-is-not-in-the-future")])  # fmt: skip
async def test_a_record_is_not_dated_before_the_designation_nor_ahead(served: Served, on: str, rule: str) -> None:
    await served.clock("2019-09-02")
    guidance = {"kind": "guidance", "held_on": "2019-08-21", "findings": "上门指导"}
    answer = await served.post(CITY, f"{DISTRICT}/support", guidance, Juqu_Effective_On=on)
    assert answer.status_code == 422
    rule_broken = answer.json()["type"].removeprefix("urn:juqu:rule:")
    assert rule_broken in (rule, "not-in-the-future"), answer.text
