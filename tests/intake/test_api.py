"""Intake over HTTP on real servers: the whole way, and everything that is refused with nothing stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts import review
from shared.contracts.core import Due, Event, Reason, Role
from shared.eventlog.log import EventLog
from shared.programme.forms import EvidenceKind, Institution, StaffCounts, Unit
from shared.programme.values.json_values import as_json
from tests.intake import cases
from tests.intake.cases import CITY, COUNTY, KEY, OTHER_CITY, OTHER_COUNTY, PROVINCE, by
from tests.intake.serving import PDF, START, Desk, opening, serving
from tests.intake.test_paper_and_corrections import AGENCY, NINGJIANG, RIGHT_UNIT, SONGYUAN, SONGYUAN_CLERK, form_d, key
from tests.servers import Database
from tests.specification import actor

OPERATOR = actor("operator", Role.OPERATOR)
EXPERT = actor("expert:e1", Role.EXPERT)


@pytest.fixture
async def desk(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serving(database, redis_url, tmp_path) as serving_desk:
        yield serving_desk


def rule_of(answer: httpx.Response, status: int) -> str:
    """The rule that a problem names."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("urn:juqu:rule:")


async def append(database: Database, stream: str, version: int, *events: Event) -> None:
    """Record what review did."""
    async with await EventLog.open(database.url("review")) as log:
        await log.append(stream, version, events, by(PROVINCE, "2018-06-25"))


async def stage_is(desk: Desk, path: str, stage: str) -> dict[str, Any]:
    """Wait until the application is at a stage; gives its row."""
    async with asyncio.timeout(20):
        while True:
            row: dict[str, Any] = (await desk.get(PROVINCE, path)).json()
            if row["stage"] == stage:
                return row
            await desk.service.log.wait_for_news(await desk.head(), 0.2)


async def test_from_the_first_draft_to_the_province(desk: Desk) -> None:
    path = await desk.written()
    shown = (await desk.get(KEY, f"{path}/packet")).json()
    assert sha256(shown["canonical"].encode()).hexdigest() == shown["packet_sha256"]
    assert len(shown["seals_wanting"]) == 2
    sha = await desk.seal(path, COUNTY, KEY)
    shown = (await desk.get(CITY, f"{path}/packet")).json()
    assert [(seal["valid"], seal["verified"], seal["demonstration"]) for seal in shown["seals"]] == [
        (True, True, True)
    ] * 2
    assert (await desk.post(COUNTY, f"{path}/endorsement-request")).json()["events"] == ["intake.EndorsementRequested"]
    endorsed = await desk.post(CITY, f"{path}/endorsement", {"opinion": "同意申报", "packet_sha256": sha})
    assert endorsed.json()["events"] == [
        "intake.PacketSealed",
        "intake.ApplicationEndorsed",
        "intake.ApplicationFiled",
    ]
    row = (await desk.get(COUNTY, path)).json()
    assert (row["stage"], row["filed_on"], row["packet_sha256"]) == ("filed", "2018-06-11", sha)
    events = (await desk.get(COUNTY, f"{path}/timeline")).json()["events"]
    assert [event["type"] for event in events][-1] == "intake.ApplicationFiled"


async def test_applicants_see_before_filing_what_review_will_see(desk: Desk) -> None:
    path = await desk.written(cases.form(institutions=cases.institutions(2)))
    report = (await desk.get(KEY, f"{path}/eligibility")).json()
    assert not report["eligible"]
    without_case = await desk.post(
        KEY,
        "/eligibility-checks",
        {"form": cases.form(institutions=cases.institutions(2)), "evidence": ["special_fund"]},
    )
    assert without_case.status_code == 200, without_case.text
    assert without_case.json()["conditions"][4] == report["conditions"][4]
    await desk.seal(path, COUNTY, KEY)
    blocked = await desk.post(COUNTY, f"{path}/endorsement-request")
    assert rule_of(blocked, 422) == "conditions-are-met"
    assert [reason["field"] for reason in blocked.json()["reasons"]] == ["eligibility.institutions_minimum"]
    events = (await desk.get(KEY, f"{path}/timeline")).json()["events"]
    assert events[-1]["type"] == "intake.FilingBlocked"


async def test_the_citys_silence_is_escalated_when_its_time_is_over(desk: Desk) -> None:
    path = await desk.written()
    sha = await desk.seal(path, COUNTY, KEY)
    await desk.post(COUNTY, f"{path}/endorsement-request")
    await desk.set_clock(START + timedelta(days=20))
    async with asyncio.timeout(20):
        while not (await desk.get(CITY, path)).json()["escalated"]:
            await desk.service.log.wait_for_news(await desk.head(), 0.2)
    late = await desk.post(CITY, f"{path}/endorsement", {"opinion": "同意", "packet_sha256": sha})
    assert late.status_code == 200, late.text


async def test_a_correction_notice_is_answered_with_three_new_seals(desk: Desk, database: Database) -> None:
    path = await desk.written()
    assert rule_of(await desk.get(KEY, f"{path}/changes"), 409) == "correction-answers-a-notice"
    case_id = path.rpartition("/")[2]
    sha = await desk.seal(path, COUNTY, KEY)
    await desk.post(COUNTY, f"{path}/endorsement-request")
    await desk.post(CITY, f"{path}/endorsement", {"opinion": "同意", "packet_sha256": sha})
    items = (Reason("form.goals_and_plan", "r", "附件1", "say more", "请补充"),)
    notice = review.CorrectionNoticeIssued(case_id=case_id, notice_no=1, items=items, due=Due(date(2018, 7, 23)))
    await append(database, f"review/case/{case_id}", 0, notice)
    row = await stage_is(desk, path, "correcting")
    assert row["correction_items"] == as_json(items)
    await desk.post(COUNTY, f"{path}/form", {"form": cases.form(goals_and_plan="三年内机构达到15家，每年培训12场。")})
    changed = (await desk.get(KEY, f"{path}/changes")).json()
    assert (changed["notice_no"], changed["documents"]) == (1, [])
    assert [each["field"] for each in changed["fields"]] == ["goals_and_plan"]
    refused = await desk.post(COUNTY, f"{path}/correction")
    assert rule_of(refused, 409) == "seals-are-complete"
    assert len(refused.json()["reasons"]) == 3
    await desk.seal(path, COUNTY, KEY, CITY)
    assert (await desk.post(COUNTY, f"{path}/correction")).json()["events"] == ["intake.CorrectionFiled"]
    not_yet = review.NotYetConfirmed(case_id=case_id, reasons="条件尚未成熟", decided_by="lead")
    await append(database, f"review/case/{case_id}", 1, not_yet)
    row = await stage_is(desk, path, "closed")
    assert (row["outcome"], row["said"]) == ("not-yet", "条件尚未成熟")


async def test_a_paper_filing_is_keyed_with_its_scans_and_its_five_defects(desk: Desk) -> None:
    kept = await desk.upload(SONGYUAN_CLERK, "/documents")
    assert kept.status_code == 201, kept.text
    command = key()
    body = {
        "division_code": command.division_code,
        "county_unit": command.county_unit,
        "key_unit": command.key_unit,
        "received_on": date(2018, 6, 8),
        "form": form_d(),
        "documents": [{"kind": "work_plan", "title": "工作方案", "file": kept.json() | {"size": 1, "media_type": "x"}}],
        "paper_seals": ["county"],
    }
    answer = await desk.post(SONGYUAN_CLERK, "/paper-applications", body)
    assert answer.status_code == 201, answer.text
    path = f"/applications/{answer.json()['case_id']}"
    row = (await desk.get(NINGJIANG, path)).json()
    assert row["defects"][0]["message_zh"] == "服务业重点单位未盖章"
    assert len(row["defects"]) == 5
    (document,) = (await desk.get(SONGYUAN, f"{path}/attachments")).json()["attachments"]
    assert document["versions"][0]["size"] == len(PDF)
    endorse = {"opinion": "同意", "packet_sha256": row["packet_sha256"]}
    assert rule_of(await desk.post(SONGYUAN_CLERK, f"{path}/endorsement", endorse), 403) == "nobody-endorses-own-filing"
    assert (await desk.post(SONGYUAN, f"{path}/endorsement", endorse)).status_code == 200
    assert (await desk.get(AGENCY, path)).status_code == 403
    for wrong in ({"sha256": "0" * 64}, {"sha256": "../keys"}, {"name": "a.exe"}):
        scan = {"kind": "work_plan", "title": "", "file": kept.json() | wrong}
        refused = await desk.post(SONGYUAN_CLERK, "/paper-applications", body | {"documents": [scan]})
        assert rule_of(refused, 422) == "document-is-in-the-store"
    assert RIGHT_UNIT.uscc == AGENCY.office.partition(":")[2]


async def test_documents_are_versioned_and_come_back_as_they_were(desk: Desk) -> None:
    path = await desk.written()
    attachments = (await desk.get(KEY, f"{path}/attachments")).json()["attachments"]
    first = next(document for document in attachments if document["kind"] == "work_plan")
    ident = first["attachment_id"]
    newer = PDF + b"second"
    same_key = [
        await desk.upload(
            KEY, f"{path}/attachments", newer, key="again", kind="work_plan", title="二稿", attachment_id=ident
        )
        for _ in range(2)
    ]
    assert [answer.json()["replayed"] for answer in same_key] == [False, True]
    assert same_key[0].json()["version"] == same_key[1].json()["version"]
    for version, content in ((1, PDF + b"work_plan"), (2, newer)):
        answer = await desk.get(CITY, f"{path}/attachments/{ident}/{version}")
        assert answer.content == content
        assert answer.headers["Content-Type"] == "application/pdf"
    assert rule_of(await desk.get(CITY, f"{path}/attachments/{ident}/3"), 404) == "attachment-exists"
    assert (await desk.post(KEY, f"{path}/attachments/{ident}/removal")).status_code == 200
    assert "work_plan" not in {
        document["kind"] for document in (await desk.get(KEY, f"{path}/packet")).json()["packet"]["attachments"]
    }


async def test_everybody_sees_what_is_theirs_and_nothing_else(desk: Desk) -> None:
    path = await desk.written()
    for who in (COUNTY, KEY, CITY, PROVINCE, OPERATOR):
        assert len((await desk.get(who, "/applications")).json()["applications"]) == 1
        assert (await desk.get(who, path)).status_code == 200
    for who in (OTHER_COUNTY, OTHER_CITY, EXPERT, actor("unit:91222401DEM000049P", Role.KEY_UNIT)):
        assert (await desk.get(who, "/applications")).json() == {"applications": []}
        for question in ("", "/timeline", "/attachments", "/packet", "/eligibility", "/findings"):
            assert rule_of(await desk.get(who, path + question), 403) == "application-is-in-scope"
    assert rule_of(await desk.get(None, path), 401) == "token-is-valid"
    assert len((await desk.get(PROVINCE, "/applications?stage=draft&county=220113")).json()["applications"]) == 1
    assert (await desk.get(PROVINCE, "/applications?stage=filed")).json() == {"applications": []}


async def test_an_old_code_is_explained_to_anybody(desk: Desk) -> None:
    now = (await desk.get(None, "/divisions/220381?on=2021-03-01")).json()
    assert (now["county"], now["endorser"], now["route"]) == ("220184", "220100", "endorsed")
    assert "长春市" in now["explanation"]["zh"]
    then = (await desk.get(None, "/divisions/220381?on=2019-03-01")).json()
    assert (then["route"], then["endorser"], then["explanation"]) == ("direct", "", None)
    assert rule_of(await desk.get(None, "/divisions/229999"), 404) == "division-is-known"
    assert rule_of(await desk.get(None, "/divisions/220381?on=2021-02-30"), 422) == "request-is-well-formed"
    listed = (await desk.get(None, "/divisions")).json()["counties"]
    assert sum(not each["zone"] for each in listed) == 60


async def test_a_record_is_corrected_by_naming_its_event(desk: Desk) -> None:
    path = await desk.written()
    event_id = (await desk.get(CITY, f"{path}/timeline")).json()["events"][0]["event_id"]
    body = {
        "corrects": event_id,
        "field": "effective_on",
        "was": "2018-06-11",
        "now": "2018-06-08",
        "why": "补录",
        "on_word_of": "县科技局张某",
    }
    assert (await desk.post(PROVINCE, f"{path}/record-corrections", body)).status_code == 200
    assert len((await desk.get(CITY, path)).json()["corrections_of_record"]) == 1
    unknown = body | {"corrects": "00000000-0000-4000-8000-000000000000"}
    assert rule_of(await desk.post(PROVINCE, f"{path}/record-corrections", unknown), 422) == "corrected-event-exists"


async def test_the_same_request_again_gets_the_first_answer(desk: Desk) -> None:
    first, again = [await desk.post(COUNTY, "/applications", opening(), idempotency_key="k1") for _ in range(2)]
    assert (first.json()["case_id"], first.json()["seq"]) == (again.json()["case_id"], again.json()["seq"])
    assert again.json()["replayed"]
    other = await desk.post(COUNTY, "/applications", opening(division_code="220112"), idempotency_key="k1")
    assert rule_of(other, 422) == "idempotency-key-is-fresh"
    assert await desk.head() == 1


async def test_a_stale_version_is_told_so(desk: Desk) -> None:
    path = await desk.written()
    version = (await desk.get(KEY, path)).headers["ETag"]
    changed = {"form": cases.form(goals_and_plan="甲")}
    assert (await desk.post(KEY, f"{path}/form", changed, if_match=version)).status_code == 200
    before = await desk.head()
    stale = await desk.post(COUNTY, f"{path}/form", {"form": cases.form(goals_and_plan="乙")}, if_match=version)
    assert rule_of(stale, 412) == "version-is-current"
    assert rule_of(await desk.post(COUNTY, f"{path}/form", changed, if_match="yesterday"), 422)
    assert await desk.head() == before


BAD_OPENINGS: list[tuple[object, int, str, str]] = [
    (b"{", 400, "request-is-well-formed", ""),
    (b"\xff\xfe", 400, "request-is-well-formed", ""),
    (b"[]", 422, "request-is-well-formed", ""),
    (b"[" * 100_000, 400, "request-is-well-formed", ""),
    (b'{"x": "' + b"a" * 1_100_000 + b'"}', 413, "body-is-not-too-large", ""),
    ({}, 422, "request-is-well-formed", "division_code"),
    (opening(division_code=220113), 422, "request-is-well-formed", "division_code"),
    (opening(key_unit="a unit"), 422, "request-is-well-formed", "key_unit"),
    (opening(surprise=1), 422, "request-is-well-formed", "surprise"),
    (opening(case_id=cases.CASE), 422, "request-is-well-formed", "case_id"),
    (opening(division_code="229999"), 422, "division-is-known", "division_code"),
    (opening(division_code="220113\x00"), 422, "request-is-well-formed", "division_code"),
    (opening(key_unit=Unit(name="甲", uscc="91220113DEM0000225")), 422, "credit-code-is-right", "key_unit.uscc"),
    (opening(key_unit=Unit(name="甲\x00", uscc=cases.KEY_UNIT.uscc)), 422, "request-is-well-formed", "key_unit.name"),
    (opening(key_unit=Unit(name="甲" * 300, uscc=cases.KEY_UNIT.uscc)), 422, "text-is-not-too-long", "key_unit.name"),
    (opening(key_unit=cases.COUNTY_UNIT), 422, "applicants-are-two", "key_unit.uscc"),
]


async def test_a_bad_opening_is_refused_and_nothing_is_stored(desk: Desk) -> None:
    for body, status, rule, where in BAD_OPENINGS:
        answer = await desk.post(COUNTY, "/applications", body)
        assert rule_of(answer, status) == rule, (str(body)[:80], answer.text)
        assert answer.json().get("field", "").startswith(where), answer.text
        messages = [reason["message_zh"] for reason in answer.json().get("reasons", ())]
        assert all(messages), answer.text
        assert "格式不符合要求" not in messages, "each of these has words of its own"
    for who, status in ((None, 401), (OTHER_COUNTY, 403), (CITY, 403), (PROVINCE, 403), (EXPERT, 403)):
        rule_of(await desk.post(who, "/applications", opening()), status)
    assert await desk.head() == 0


def bad_form(**changes: object) -> dict[str, Any]:
    """A form with some of its JSON replaced."""
    form = as_json(cases.form())
    assert isinstance(form, dict)
    return {"form": form | changes}


BAD_FORMS: list[tuple[object, str, str]] = [
    (bad_form(staff=as_json(StaffCounts(total=-1))), "form-is-possible", "form.staff.total"),
    (bad_form(staff=as_json(StaffCounts(total=10**12))), "form-is-possible", "form.staff.total"),
    (bad_form(staff={"total": "41"}), "request-is-well-formed", "form.staff.total"),
    (bad_form(staff={"total": 4.5}), "request-is-well-formed", "form.staff.total"),
    (bad_form(staff={"total": True}), "request-is-well-formed", "form.staff.total"),
    (bad_form(staff={"total": 10**400}), "form-is-possible", "form.staff.total"),
    (b'{"form": {"staff": {"total": 1' + b"0" * 5_000 + b"}}}", "request-is-well-formed", ""),
    (b'{"form": {"district_basis": "\\ud800"}}', "request-is-well-formed", ""),
    (bad_form(special_fund_yuan=10**15), "form-is-possible", "form.special_fund_yuan"),
    (bad_form(district_basis="x" * 20_001), "form-is-possible", "form.district_basis"),
    (bad_form(district_basis="\x00"), "request-is-well-formed", "form.district_basis"),
    (bad_form(institutions=[as_json(Institution(name="甲", uscc="9122"))]), "form-is-possible", "form.institutions"),
    (bad_form(institutions=[{"name": "甲", "categories": ["magic"]}]), "request-is-well-formed", "form.institutions"),
    (bad_form(declared_counts=[{"category": "legal", "count": -1}]), "form-is-possible", "form.declared_counts"),
    (
        bad_form(coverage={"cells": [{"ip": "patent", "service": "agency", "institutions": ["\x00"]}]}),
        "request-is-well-formed",
        "form.coverage",
    ),
    (bad_form(surprise=1), "request-is-well-formed", "form.surprise"),
    (bad_form(county_code="220112"), "form-is-of-this-application", "form.county_code"),
]


async def test_a_bad_form_is_refused_and_nothing_is_stored(desk: Desk) -> None:
    path = await desk.written()
    before = await desk.head()
    for body, rule, where in BAD_FORMS:
        answer = await desk.post(COUNTY, f"{path}/form", body)
        assert rule_of(answer, 400 if isinstance(body, bytes) else 422) == rule, (str(body)[-200:], answer.text)
        assert answer.json().get("field", "").startswith(where), answer.text
    for who in (OTHER_COUNTY, actor("unit:91222401DEM000049P", Role.KEY_UNIT)):
        assert rule_of(await desk.post(who, f"{path}/form", bad_form()), 403) == "applicant-acts"
    assert await desk.head() == before


async def test_a_file_that_lies_or_is_too_large_is_refused_and_nothing_is_stored(desk: Desk, tmp_path: Path) -> None:
    path = await desk.written()
    before, kept = await desk.head(), sorted((tmp_path / "documents").rglob("*"))
    attachments = f"{path}/attachments"
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    limit = desk.service.documents.limit
    for content, name, status, rule in (
        (b"MZ\x90\x00" + b"\x00" * 64, "plan.pdf", 415, "document-type-is-taken"),
        (png, "plan.pdf", 422, "document-is-what-it-says"),
        (b"", "plan.pdf", 422, "document-is-not-empty"),
        (PDF + b"\x00" * limit, "plan.pdf", 413, "document-is-not-too-large"),
    ):
        answer = await desk.upload(KEY, attachments, content, name, kind="other", title="x")
        assert rule_of(answer, status) == rule, answer.text
    wrong: tuple[tuple[dict[str, str], str], ...] = (
        ({"kind": "magic", "title": "x"}, "kind"),
        ({"kind": "other"}, "title"),
        ({"kind": "other", "title": "x", "attachment_id": "none"}, "attachment_id"),
        ({"kind": "other", "title": "x", "surprise": "1"}, "surprise"),
    )
    for fields, where in wrong:
        answer = await desk.upload(KEY, attachments, PDF, "x.pdf", "", **fields)
        assert answer.status_code in {404, 422}, answer.text
        assert answer.json()["field"] == where, answer.text
    assert rule_of(await desk.upload(CITY, attachments, kind="other", title="x"), 403) == "role-may-do-this"
    stranger = await desk.upload(OTHER_COUNTY, attachments, PDF + b"stranger", kind="other", title="x")
    assert rule_of(stranger, 403) == "applicant-acts"
    rule_of(await desk.post(KEY, attachments, {"kind": "other"}), 422)
    assert await desk.head() == before
    assert sorted((tmp_path / "documents").rglob("*")) == kept


async def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    for case_id in (cases.CASE, "none", "%00", "a" * 5_000):
        for question in ("", "/packet", "/timeline"):
            assert rule_of(await desk.get(PROVINCE, f"/applications/{case_id}{question}"), 404)
        assert rule_of(await desk.post(COUNTY, f"/applications/{case_id}/withdrawal", {"reason": "x"}), 404)
    assert rule_of(await desk.get(PROVINCE, "/applications?limit=0"), 422) == "request-is-well-formed"
    assert rule_of(await desk.get(PROVINCE, "/nowhere"), 404)
    assert await desk.head() == 0


async def test_kinds_of_evidence_are_those_of_the_programme(desk: Desk) -> None:
    answer = await desk.client.get("/openapi.json")
    assert answer.status_code == 200
    assert "EligibilityCheck" in answer.json()["components"]["schemas"]
    assert EvidenceKind.WORK_PLAN.value in answer.text


async def test_a_unit_in_other_letters_is_the_same_unit_in_the_form(desk: Desk) -> None:
    spelled = Unit(name=f" {cases.KEY_UNIT.name} ", uscc=cases.KEY_UNIT.uscc.lower())
    opened = await desk.post(COUNTY, "/applications", opening(key_unit=spelled))
    assert opened.status_code == 201, opened.text
    path = f"/applications/{opened.json()['case_id']}"
    half = Unit(name=cases.KEY_UNIT.name.replace("（", "(").replace("）", ")"), uscc=spelled.uscc)
    for unit in (spelled, half, Unit(uscc=f"９{spelled.uscc[1:]}")):
        answer = await desk.post(COUNTY, f"{path}/form", {"form": cases.form(key_unit=unit)})
        assert answer.status_code == 200, answer.text
    assert (await desk.get(COUNTY, path)).json()["form"]["key_unit"] == as_json(cases.KEY_UNIT)


@pytest.mark.parametrize("email", ["wang@jl.gov.cn ", "\u200bwang@jl.gov.cn", "ｗａｎｇ＠jl.gov.cn"])
async def test_an_address_is_stored_in_the_form_as_it_is_sent_to(desk: Desk, email: str) -> None:
    path = await desk.written(cases.form(county_contact=replace(cases.form().county_contact, email=email)))
    assert (await desk.get(COUNTY, path)).json()["form"]["county_contact"]["email"] == "wang@jl.gov.cn"


@pytest.mark.parametrize("email", ["a..b@jl.gov.cn", "a" * 65 + "@jl.gov.cn", "wang@jl", "wang@例子\u202e.中国"])
async def test_an_address_that_cannot_be_sent_to_is_a_finding_before_filing(desk: Desk, email: str) -> None:
    path = await desk.written()
    form = cases.form(county_contact=replace(cases.form().county_contact, email=email))
    saved = await desk.post(COUNTY, f"{path}/form", {"form": form})
    if saved.status_code == 200:
        await desk.seal(path, COUNTY, KEY)
        refused = await desk.post(COUNTY, f"{path}/endorsement-request")
        assert rule_of(refused, 422) == "form-has-no-errors"
        wrong = [(reason["field"], reason["rule"]) for reason in refused.json()["reasons"]]
        assert ("county_contact.email", "email") in wrong
    else:
        assert saved.json()["field"] == "form.county_contact.email"
