"""Lifecycle over HTTP on real servers: a district from approval to revocation, and everything that is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.lifecycle.views import DISTRICTS
from shared.contracts.core import Actor, Role
from shared.projections.projection import project
from tests.lifecycle.bad_input import REFUSED
from tests.lifecycle.served import Served, serving
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    INSTITUTION,
    KEY_UNIT,
    LEAD,
    OTHER_CITY,
    OTHER_COUNTY,
    PROVINCE,
    UNIT,
)
from tests.servers import Database
from tests.specification import actor

AUDITOR: Final = actor("auditor", Role.AUDITOR)
EXPERT: Final = actor("expert:7", Role.EXPERT)
DISTRICT: Final = f"/districts/{CASE}"


@pytest.fixture
async def served(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    async with serving(database, redis_url, state_dir) as running:
        yield running


@pytest.fixture
async def designated(served: Served) -> Served:
    """C 东昌, designated on 20 August 2019."""
    await served.approve(CASE, "2019-08-20", "220502", KEY_UNIT)
    return served


async def file_report(served: Served, year: int, who: Actor = COUNTY) -> list[str]:
    summary = await served.stored(who, CASE, f"{year - 1}年工作总结.pdf")
    plan = await served.stored(who, CASE, f"{year}年工作计划.pdf")
    return await served.done(who, f"{DISTRICT}/reports", {"year": year, "summary": summary, "plan": plan})


async def event_of(served: Served, kind: str) -> str:
    timeline: list[dict[str, str]] = await served.get(PROVINCE, f"{DISTRICT}/timeline")
    return next(row["event_id"] for row in timeline if row["type"] == f"lifecycle.{kind}")


async def status(served: Served, on: str | None = None) -> str:
    entry: dict[str, str] = await served.get(None, f"/register/{CASE}", **({"on": on} if on else {}))
    return entry["status"]


async def test_from_approval_to_revocation(designated: Served) -> None:
    served = designated
    assert await status(served) == "designated"
    await served.clock("2020-03-30")
    assert await file_report(served, 2020) == ["AnnualReportFiled"]
    await served.done(CITY, f"{DISTRICT}/report-receipts", {"year": 2020})
    await served.done(PROVINCE, f"{DISTRICT}/report-receipts", {"year": 2020})
    await served.clock("2021-07-01")
    reports = await served.get(CITY, f"{DISTRICT}/reports")
    assert [(one["year"], one["overdue"], one["missed"]) for one in reports] == [
        (2020, False, False),
        (2021, True, True),
        (2022, False, False),
    ]
    await served.clock("2022-08-18")
    assert await status(served) == "under-assessment"
    evidence = [{"event_id": await event_of(served, "AnnualReportMissed"), "shows": "2021年未报"}]
    points = {"thinking": "52", "practice": "52", "evidence": evidence}
    assert await served.done(PROVINCE, f"{DISTRICT}/assessment/conclusion", points) == ["AssessmentConcluded"]
    await served.clock("2022-08-22")
    await served.done(PROVINCE, f"{DISTRICT}/rectification", {"requirements": "补齐服务链条"})
    await served.done(PROVINCE, f"{DISTRICT}/rectification/extension", {"months": 1, "reason": "机构引进未完成"})
    await served.clock("2023-03-23")
    failing = {"thinking": 40, "practice": 50, "reasons": "未报整改"}
    assert await served.done(PROVINCE, f"{DISTRICT}/rectification/reassessment", failing) == ["DistrictReassessed"]
    await served.done(PROVINCE, f"{DISTRICT}/hearing", {"grounds": "复核仍不合格"})
    await served.done(UNIT, f"{DISTRICT}/hearing/statements", {"text": "机构正在引进"})
    await served.clock("2023-03-31")
    decision = {
        "document_number": "吉科发专【2023】58号",
        "reasons": "整改后仍不合格",
        "statement_considered": "未提供引进证明，不予采纳",
    }
    assert await served.done(LEAD, f"{DISTRICT}/revocation", decision) == ["TitleRevoked"]
    days = ("2019-08-20", "2022-08-18", "2022-08-22", "2023-03-23", "2023-03-31")
    told = {on: await status(served, on) for on in days}
    assert told == dict(zip(days, ["designated", "assessed", "rectifying", "hearing", "revoked"], strict=True))
    assert (await served.http.get(f"/register/{CASE}", params={"on": "2019-08-19"})).status_code == 404
    timeline = await served.get(COUNTY, f"{DISTRICT}/timeline")
    fired = {
        row["type"].removeprefix("lifecycle."): row["effective_on"] for row in timeline if "system" in row["actor"]
    }
    assert fired == {
        "DistrictDesignated": "2019-08-20",
        "AnnualReportOverdue": "2022-04-01",
        "AnnualReportMissed": "2022-07-01",
        "AssessmentOpened": "2022-05-19",
        "RectificationLapsed": "2023-03-23",
        "HearingClosed": "2023-03-31",
    }
    await rows_are_the_fold_of_the_log(served)


async def rows_are_the_fold_of_the_log(served: Served) -> None:
    expected = project(DISTRICTS, await served.service.log.read_all(0))
    async with served.service.reading() as connection:
        for view in DISTRICTS.views:
            found = (await connection.execute(select(view.table))).mappings()
            keyed = {tuple(row[name] for name in view.key_columns): dict(row) for row in found}
            assert keyed == expected[view.name]
    assert len(expected["timeline"]) > 10


async def test_kept_and_recommended_in_a_second_life(designated: Served) -> None:
    served = designated
    for year in (2020, 2021, 2022):
        await served.clock(f"{year}-03-30")
        await file_report(served, year)
    await served.clock("2022-08-18")
    evidence = [{"event_id": await event_of(served, "AnnualReportFiled"), "shows": "报送及时"}]
    points = {"thinking": 91, "practice": 91, "evidence": evidence}
    kept = await served.done(PROVINCE, f"{DISTRICT}/assessment/conclusion", points)
    assert kept == ["AssessmentConcluded", "TitleRetained"]
    assert await served.done(PROVINCE, f"{DISTRICT}/recommendation") == ["NationalRecommendationMade"]
    assert await served.done(PROVINCE, f"{DISTRICT}/recommendation") == []
    entry = await served.get(None, f"/register/{CASE}", on="2022-08-20")
    assert (entry["cycle"], entry["last_day"], entry["grade"]) == (2, "2025-08-19", "excellent")
    (assessment,) = await served.get(CITY, f"{DISTRICT}/assessments")
    assert (assessment["score"], assessment["evidence"][0]["shows"]) == ("91.00", "报送及时")


async def test_what_is_recorded_can_be_read(designated: Served) -> None:
    served = designated
    await served.clock("2020-05-12")
    inspection = {"kind": "inspection", "held_on": "2020-05-11", "findings": "运行正常"}
    await served.done(CITY, f"{DISTRICT}/support", inspection)
    evidence = [await served.stored(COUNTY, CASE, "规划.pdf")]
    await served.done(COUNTY, f"{DISTRICT}/duties", {"duty": "planning", "text": "印发规划", "evidence": evidence})
    institution = {"name": INSTITUTION.name, "uscc": INSTITUTION.uscc, "categories": ["agency"]}
    await served.done(UNIT, f"{DISTRICT}/roster", {"as_of": "2020-05-01", "institutions": [institution] * 2})
    assert [one["findings"] for one in await served.get(COUNTY, f"{DISTRICT}/support")] == ["运行正常"]
    assert [one["clause"] for one in await served.get(COUNTY, f"{DISTRICT}/duties")] == ["三（一）"]
    assert [one["distinct"] for one in await served.get(COUNTY, f"{DISTRICT}/rosters")] == [0, 1]
    mistaken = await event_of(served, "DistrictDesignated")
    await served.done(
        PROVINCE,
        f"{DISTRICT}/record-correction",
        {
            "corrects": mistaken,
            "field": "document_number",
            "was": "吉科发专〔2019〕88号",
            "now": "吉科发专〔2019〕89号",
            "why": "录入笔误",
            "on_word_of": "省科技厅专利管理处",
        },
    )
    assert (await served.get(None, f"/register/{CASE}"))["document_number"] == "吉科发专〔2019〕89号"
    history = await served.get(None, f"/register/{CASE}/history")
    assert [row["type"] for row in history] == ["lifecycle.DistrictDesignated", "lifecycle.RecordCorrected"]
    assert not {"says", "actor", "office"} & history[0].keys()
    assert history[0]["seq"] < history[1]["seq"]
    as_known = await served.get(None, "/register", known_at="2020-01-01T00:00:00+08:00")
    assert as_known == [] or as_known[0]["document_number"] == "吉科发专〔2019〕88号"
    got = await served.http.get(f"{DISTRICT}/documents/{evidence[0]['sha256']}", headers=served.headers(CITY))
    assert got.status_code == 200
    assert got.content.startswith(b"%PDF")
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_each_office_sees_its_own(designated: Served) -> None:
    served = designated
    for who in (COUNTY, UNIT, CITY, PROVINCE, LEAD, AUDITOR):
        assert [one["case_id"] for one in await served.get(who, "/districts")] == [CASE]
        assert (await served.get(who, DISTRICT))["status"] == "designated"
    for who in (OTHER_COUNTY, OTHER_CITY, EXPERT):
        assert await served.get(who, "/districts") == []
        for path in ("", "/reports", "/timeline", "/rosters", "/documents/" + "0" * 64):
            answer = await served.http.get(DISTRICT + path, headers=served.headers(who))
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:juqu:rule:district-is-within-your-scope")
    assert (await served.http.get("/districts")).status_code == 401
    assert await served.get(PROVINCE, "/districts", status="revoked") == []
    assert [one["case_id"] for one in await served.get(PROVINCE, "/districts", county="220502")] == [CASE]


async def test_what_is_awaited_and_what_is_late(designated: Served) -> None:
    served = designated
    assert [report["year"] for report in (await served.get(COUNTY, DISTRICT))["awaited"]] == [2020, 2021, 2022]
    assert await served.get(CITY, "/districts", late="true") == []
    await served.clock("2020-03-30")
    await file_report(served, 2020)
    await served.clock("2021-04-01")
    (late,) = await served.get(CITY, "/districts", late="true")
    assert late["awaited"][0] == {
        "year": 2021,
        "due": "2021-03-31",
        "provisional": False,
        "overdue": True,
        "missed": False,
    }
    assert [report["year"] for report in late["awaited"]] == [2021, 2022]
    assert await served.get(OTHER_CITY, "/districts", late="true") == []


async def test_what_each_may_do_now(designated: Served) -> None:
    served = designated
    await served.clock("2020-03-30")

    async def may(who: Actor) -> list[tuple[str, int | None]]:
        return [(act["command"], act["year"]) for act in await served.get(who, f"{DISTRICT}/acts")]

    assert await may(COUNTY) == [("FileAnnualReport", 2020), ("ReportDuty", None), ("UpdateRoster", None)]
    await file_report(served, 2020)
    assert await may(CITY) == [("AcknowledgeReport", 2020), ("RecordSupport", None)]
    assert await may(AUDITOR) == []
    answer = await served.http.get(f"{DISTRICT}/acts", headers=served.headers(OTHER_CITY))
    assert answer.status_code == 403


async def test_the_same_request_again_does_nothing_more(designated: Served) -> None:
    served = designated
    inspection = {"kind": "guidance", "held_on": "2019-08-20", "findings": "上门指导"}
    first = await served.post(CITY, f"{DISTRICT}/support", inspection, key="k1")
    again = await served.post(CITY, f"{DISTRICT}/support", inspection, key="k1")
    assert (first.json()["version"], first.json()["replayed"]) == (2, False)
    assert (again.json()["version"], again.json()["replayed"]) == (2, True)
    other = await served.post(CITY, f"{DISTRICT}/support", inspection | {"findings": "另一次"}, key="k1")
    assert other.status_code == 422
    assert other.json()["field"] == "Idempotency-Key"
    elsewhere = await served.post(CITY, f"{DISTRICT}/support", inspection, key="k2")
    assert (elsewhere.status_code, elsewhere.json()["events"]) == (200, [])
    stale = await served.post(CITY, f"{DISTRICT}/support", inspection | {"findings": "第三次"}, If_Match='"1"')
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:juqu:rule:version-is-current")
    assert await served.service.log.head() == 3


async def test_what_is_wrong_is_refused_by_name_and_stores_nothing(designated: Served) -> None:
    served = designated
    head = await served.service.log.head()
    for who, path, body, code, rule, field in REFUSED:
        answer = await served.post(who, DISTRICT + path, body)
        problem: dict[str, Any] = answer.json()
        told = (answer.status_code, problem["type"].removeprefix("urn:juqu:rule:"), problem.get("field", ""))
        assert told == (code, rule, field), f"{path} {str(body)[:200]}: {answer.text[:500]}"
        assert answer.headers["content-type"] == "application/problem+json"
    broken = await served.http.post(f"{DISTRICT}/support", content=b'{"kind": ', headers=served.headers(CITY))
    assert broken.status_code == 400
    nowhere = await served.post(PROVINCE, f"/districts/{uuid4()}/retention")
    assert (nowhere.status_code, nowhere.json()["type"]) == (404, "urn:juqu:rule:district-exists")
    assert (await served.http.get(f"/register/{uuid4()}")).status_code == 404
    assert (await served.http.get(f"/register/{uuid4()}/history")).status_code == 404
    assert (await served.http.get("/register/x")).status_code == 404
    assert (await served.http.get("/register", params={"on": "2019-13-01"})).status_code == 422
    assert await served.service.log.head() == head


async def test_an_officer_may_record_later_what_took_effect_before(designated: Served) -> None:
    served = designated
    await served.clock("2019-09-02")
    guidance = {"kind": "guidance", "held_on": "2019-08-21", "findings": "上门指导"}
    answer = await served.post(CITY, f"{DISTRICT}/support", guidance, Juqu_Effective_On="2019-08-21")
    assert answer.status_code == 200, answer.text
    late = await served.post(COUNTY, f"{DISTRICT}/roster", {"as_of": "2019-08-20", "institutions": []},
                             Juqu_Effective_On="2019-08-21")  # fmt: skip
    assert late.status_code == 403


LIES: Final = [
    ("总结.pdf", b"", 422, "document-is-not-empty"),
    ("总结.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, 422, "document-is-what-it-says"),
    ("总结.pdf", b"<html>", 415, "document-type-is-taken"),
    ("总结.exe", b"MZ" + b"\0" * 64, 415, "document-type-is-taken"),
    ("总结.pdf", b"%PDF-1.7" + b"0" * 21_000_000, 413, "document-is-not-too-large"),
]


async def test_a_file_that_lies_is_not_taken(designated: Served) -> None:
    for name, content, code, rule in LIES:
        answer = await designated.upload(COUNTY, CASE, name, content)
        assert (answer.status_code, answer.json()["type"]) == (code, f"urn:juqu:rule:{rule}")


async def test_only_applicants_upload_and_a_filing_says_what_was_uploaded(designated: Served) -> None:
    served = designated
    for who in (OTHER_COUNTY, CITY, PROVINCE):
        assert (await served.upload(who, CASE, "总结.pdf", b"%PDF-1.7")).status_code == 403
    await served.clock("2020-03-30")
    summary, plan = await served.stored(COUNTY, CASE, "总结.pdf"), await served.stored(COUNTY, CASE, "计划.pdf")
    lie = {"year": 2020, "summary": summary | {"size": 1}, "plan": plan}
    answer = await served.post(COUNTY, f"{DISTRICT}/reports", lie)
    assert (answer.status_code, answer.json()["field"]) == (422, "summary")


async def test_it_is_healthy(designated: Served) -> None:
    answer = await designated.http.get("/health")
    assert (answer.status_code, answer.json()["parked"]) == (200, 0), answer.text
    assert answer.json()["deadlines"]["next"].startswith("2020-03-31T16:00")
