"""Two applicants have one application under way, and a county with a title sends none: over HTTP, on real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from shared.contracts import review
from shared.contracts.core import Due, Reason
from shared.contracts.intake import ReviewOutcome
from shared.eventlog.log import EventLog
from tests.intake import cases
from tests.intake.cases import CITY, CITY_CLERK, COUNTY, ENDINGS, KEY, PROVINCE, by
from tests.intake.serving import Desk, serving
from tests.servers import Database


def rule_of(answer: httpx.Response, status: int) -> str:
    """The rule that refused."""
    assert answer.status_code == status, answer.text
    return str(answer.json()["type"]).removeprefix("urn:juqu:rule:")


@pytest.fixture
async def desk(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Desk]:
    """Intake, on a database of its own."""
    async with serving(database, redis_url, state_dir) as running:
        yield running


async def sealed(desk: Desk) -> str:
    """The path of a draft that is ready to be sent."""
    path = await desk.written()
    await desk.seal(path, COUNTY, KEY)
    return path


async def test_of_two_that_are_sent_at_the_same_moment_one_is_under_way(desk: Desk) -> None:
    paths = [await sealed(desk), await sealed(desk)]

    answers = await asyncio.gather(*(desk.post(COUNTY, f"{path}/endorsement-request") for path in paths))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    first, second = paths if answers[0].status_code == 200 else reversed(paths)
    case_id = first.rpartition("/")[2]
    refused = await desk.post(COUNTY, f"{second}/endorsement-request")
    assert rule_of(refused, 409) == "applicants-have-one-live-application"
    detail = f"长春市九台区 and {cases.KEY_UNIT.name} sent an application on 2018-06-11 (case {case_id})"
    assert refused.json()["detail"] == detail
    assert (await desk.post(KEY, f"{first}/withdrawal", {"reason": "改报另一份"})).status_code == 200
    assert (await desk.post(COUNTY, f"{second}/endorsement-request")).status_code == 200


async def test_paper_of_the_same_two_is_refused_at_the_field_and_one_of_another_unit_is_not(desk: Desk) -> None:
    path = await sealed(desk)
    await desk.post(COUNTY, f"{path}/endorsement-request")
    paper = {
        "division_code": cases.JIUTAI,
        "county_unit": cases.COUNTY_UNIT,
        "key_unit": {"name": cases.KEY_UNIT.name, "uscc": ""},
        "received_on": date(2018, 6, 8),
        "form": cases.form(),
        "documents": [],
        "paper_seals": ["county"],
    }
    refused = await desk.post(CITY_CLERK, "/paper-applications", paper)
    assert rule_of(refused, 409) == "applicants-have-one-live-application"
    assert refused.json()["field"] == "key_unit.uscc"
    other = paper | {"key_unit": {"name": "另一家公司（虚构）", "uscc": "91220113DEM0000143"}}
    assert (await desk.post(CITY_CLERK, "/paper-applications", other)).status_code == 201


async def test_a_county_that_holds_a_title_sends_no_other_application(desk: Desk, database: Database) -> None:
    path = await sealed(desk)
    approved = ENDINGS[ReviewOutcome.APPROVED]
    assert isinstance(approved, review.DesignationApproved)
    async with await EventLog.open(database.url("review")) as log:
        await log.append("review/case/first", 0, (replace(approved, case_id="first"),), by(PROVINCE, "2018-07-02"))

    refused = await desk.post(COUNTY, f"{path}/endorsement-request")

    assert rule_of(refused, 409) == "county-has-one-live-title"
    assert refused.json()["detail_zh"] == "长春市九台区自2018-07-02起持有称号（办件编号 first）"


async def test_a_unit_is_not_corrected_into_one_that_has_an_application_under_way(
    desk: Desk, database: Database
) -> None:
    """The pair of an application that is under way may change while it is corrected."""
    other = replace(cases.KEY_UNIT, uscc="91220113DEM0000143", name="另一家公司（虚构）")
    first = await sealed(desk)
    await desk.post(COUNTY, f"{first}/endorsement-request")
    paper = {
        "division_code": cases.JIUTAI,
        "county_unit": cases.COUNTY_UNIT,
        "key_unit": other,
        "received_on": date(2018, 6, 8),
        "form": cases.form(),
        "documents": [],
        "paper_seals": ["county", "key-unit"],
    }
    case_id = (await desk.post(CITY_CLERK, "/paper-applications", paper)).json()["case_id"]
    row = (await desk.get(PROVINCE, f"/applications/{case_id}")).json()
    agreed = {"opinion": "同意", "packet_sha256": row["packet_sha256"]}
    assert (await desk.post(CITY, f"/applications/{case_id}/endorsement", agreed)).status_code == 200
    items = (Reason("form.goals_and_plan", "r", "附件1", "say more", "请补充"),)
    notice = review.CorrectionNoticeIssued(case_id=case_id, notice_no=1, items=items, due=Due(date(2018, 7, 23)))
    async with await EventLog.open(database.url("review")) as log:
        await log.append(f"review/case/{case_id}", 0, (notice,), by(PROVINCE, "2018-06-25"))
    async with asyncio.timeout(20):
        while (await desk.get(PROVINCE, f"/applications/{case_id}")).json()["stage"] != "correcting":
            await desk.service.log.wait_for_news(await desk.head(), 0.2)

    said = {"sealer": "key-unit", "unit": cases.KEY_UNIT}
    refused = await desk.post(COUNTY, f"/applications/{case_id}/unit-correction", said)

    assert rule_of(refused, 409) == "applicants-have-one-live-application"
    assert refused.json()["field"] == "unit.uscc"
