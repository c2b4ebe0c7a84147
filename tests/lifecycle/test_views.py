"""What the read models show, and what the register said on a day by what was known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.lifecycle.district import commands
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.register import register_entry
from services.lifecycle.views import DISTRICTS
from shared.contracts.core import CST, derived_id
from shared.contracts.lifecycle import Duty, SupportKind
from shared.programme.record import Recorded
from shared.projections.projection import project
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    INSTITUTION,
    PROVINCE,
    acknowledge,
    at,
    close_hearing,
    conclude,
    designate,
    document,
    extend,
    history,
    invite,
    lapse,
    missed,
    order,
    overdue,
    reassess,
    recommend,
    recorded,
    rectified,
    report,
    retain,
    revoke,
    state_and_defend,
)
from tests.specification import contracts_of

DESIGNATED = designate("2019-08-20")
DISMAL = (
    designate("2019-12-26"),
    conclude("40", "40", "2022-12-22"),
    order("2022-12-26"),
    lapse("2023-06-26", "2023-06-27"),
    reassess("45", "2023-07-05"),
    invite("2023-07-07"),
    state_and_defend("2023-07-10"),
    close_hearing("2023-07-14", "2023-07-15"),
    revoke("2023-07-20", considered="不予采纳"),
)


def shown(view: str, *commands: DistrictCommand) -> list[dict[str, Any]]:
    return list(project(DISTRICTS, recorded(*commands))[view].values())


def district(*commands: DistrictCommand) -> dict[str, Any]:
    (row,) = shown("districts", *commands)
    return row


def entry(on: str, *commands: DistrictCommand, known: str | None = None) -> dict[str, Any] | None:
    known_at = datetime.fromisoformat(known).replace(tzinfo=CST) if known else None
    return register_entry(district(*commands), date.fromisoformat(on), known_at)


def test_every_event_of_a_district_reaches_the_district_and_the_timeline() -> None:
    own = {kind.cls for kind in contracts_of("lifecycle")}
    assert {view.name: own - view.handles for view in DISTRICTS.views if view.name in ("districts", "timeline")} == {
        "districts": set(),
        "timeline": set(),
    }


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (1, "designated"),
        (2, "assessed"),
        (3, "rectifying"),
        (4, "rectifying"),
        (5, "reassessed"),
        (6, "hearing"),
        (8, "hearing"),
        (9, "revoked"),
    ],
)
def test_a_district_shows_where_it_stands(steps: int, status: str) -> None:
    assert district(*DISMAL[:steps])["status"] == status


def test_a_district_shows_what_is_due_and_how_it_ended() -> None:
    assert district(*DISMAL[:3])["rectification_due"] == date(2023, 6, 26)
    assert district(*DISMAL[:3], extend(2, "2023-06-01"))["rectification_due"] == date(2023, 8, 28)
    row = district(*DISMAL)
    assert (row["hearing_due"], row["statements"]) == (date(2023, 7, 14), 1)
    assert (row["revoked_on"], row["revocation_document"]) == (date(2023, 7, 20), "吉科发专〔2023〕58号")
    assert row["version"] == len(recorded(*DISMAL))


def test_the_register_says_what_held_on_a_day() -> None:
    told = {
        "2019-12-25": None,
        "2019-12-26": ("designated", None),
        "2022-12-21": ("designated", None),
        "2022-12-22": ("assessed", "unqualified"),
        "2022-12-26": ("rectifying", "unqualified"),
        "2023-07-07": ("hearing", "unqualified"),
        "2023-07-19": ("hearing", "unqualified"),
        "2023-07-20": ("revoked", "unqualified"),
        "2099-01-01": ("revoked", "unqualified"),
    }
    entries = {on: entry(on, *DISMAL) for on in told}
    assert {on: one and (one["status"], one["grade"]) for on, one in entries.items()} == told
    before, after = entries["2023-07-19"], entries["2023-07-20"]
    assert before is not None
    assert before["revoked_on"] is None
    assert after is not None
    assert after["revocation_document"] == "吉科发专〔2023〕58号"


def test_the_next_term_is_shown_from_its_first_day() -> None:
    kept = (DESIGNATED, conclude("100", "100", "2022-08-10"), recommend("2022-09-01"))
    last, first = entry("2022-08-19", *kept), entry("2022-08-20", *kept)
    assert last is not None
    assert first is not None
    assert (last["cycle"], last["last_day"], last["status"]) == (1, "2022-08-19", "designated")
    assert (first["cycle"], first["first_day"]) == (2, "2022-08-20")
    assert district(*kept)["recommended_for"] == "国家知识产权服务业集聚发展试验区"


def test_a_fact_recorded_later_is_not_known_before() -> None:
    """Kept on 22 August, recorded on 30 August."""
    late = retain("2022-08-30")
    kept = replace(late, context=replace(late.context, effective_on=date(2022, 8, 22)))
    lived = (DESIGNATED, conclude("80", "80", "2022-08-18"), kept)
    as_known_now = entry("2022-08-25", *lived)
    as_known_then = entry("2022-08-25", *lived, known="2022-08-26T00:00")
    assert as_known_now is not None
    assert as_known_then is not None
    assert (as_known_now["status"], as_known_now["cycle"]) == ("designated", 2)
    assert (as_known_then["status"], as_known_then["cycle"]) == ("assessed", 1)


def test_a_correction_mends_the_register_and_stands_by_what_it_corrects() -> None:
    correction = commands.CorrectRecord(
        context=at(PROVINCE, "2019-09-02"),
        case_id=CASE,
        corrects=derived_id("event", "1"),
        field="document_number",
        was="吉科发专〔2019〕88号",
        now="吉科发专〔2019〕89号",
        why="录入笔误",
        on_word_of="省科技厅专利管理处",
        recorded=Recorded(history(DESIGNATED)[0], date(2019, 8, 20)),
    )
    mended = entry("2019-08-21", DESIGNATED, correction)
    unmended = entry("2019-08-21", DESIGNATED, correction, known="2019-09-01T00:00")
    assert mended is not None
    assert unmended is not None
    assert mended["document_number"] == "吉科发专〔2019〕89号"
    assert unmended["document_number"] == "吉科发专〔2019〕88号"
    first, second = shown("timeline", DESIGNATED, correction)
    assert [one["why"] for one in first["corrections"]] == ["录入笔误"]
    assert (second["term"], second["corrections"]) == ("更正记录", [])


def test_reports_show_due_filed_acknowledged_late_and_missed() -> None:
    lived = (
        DESIGNATED,
        overdue(2020, "2020-04-01"),
        report(2020, "2020-04-20"),
        acknowledge(2020, "2020-04-21", CITY),
        acknowledge(2020, "2020-04-22", PROVINCE),
        missed(2021, "2021-07-01"),
    )
    first, second, third = shown("reports", *lived)
    assert (first["due"], first["filed_on"], first["late_by"]) == (date(2020, 3, 31), date(2020, 4, 20), 13)
    assert (first["city_receipt_on"], first["province_receipt_on"]) == (date(2020, 4, 21), date(2020, 4, 22))
    assert first["summary"]["name"] == "2019年工作总结.pdf"
    assert (second["overdue"], second["missed"], second["filed_on"]) == (True, True, None)
    assert (third["owed"], third["overdue"], third["due"]) == (True, False, date(2022, 3, 31))


def test_records_of_what_was_done() -> None:
    lived = (
        DESIGNATED,
        commands.RecordSupport(
            context=at(CITY, "2020-05-12"),
            case_id=CASE,
            kind=SupportKind.TRAINING,
            held_on=date(2020, 5, 11),
            findings="培训24人",
        ),
        commands.ReportDuty(
            context=at(COUNTY, "2020-05-12"),
            case_id=CASE,
            duty=Duty.TALENT,
            text="引进代理师2名",
            evidence=(document("名单"),),
        ),
        commands.UpdateRoster(
            context=at(COUNTY, "2020-05-12"), case_id=CASE, as_of=date(2020, 5, 1), institutions=(INSTITUTION,)
        ),
    )
    (supported,) = shown("support", *lived)
    assert (supported["kind"], supported["by_office"]) == ("training", "city:220500")
    (duty,) = shown("duties", *lived)
    assert (duty["clause"], duty["reported_on"]) == ("三（四）", date(2020, 5, 12))
    applied_with, now = shown("rosters", *lived)
    assert (applied_with["as_of"], applied_with["distinct"]) == (date(2019, 8, 20), 0)
    assert (now["as_of"], now["distinct"], now["counts"]["agency"]) == (date(2020, 5, 1), 1, 1)
    (kept,) = shown("documents", *lived)
    assert kept["name"] == "名单.pdf"


def test_assessments_name_what_they_rest_on() -> None:
    lived = (*DISMAL[:3], rectified("2023-06-01"), reassess("61", "2023-06-12"))
    assessment, reassessment = shown("assessments", *lived)
    assert (assessment["score"], assessment["result"], assessment["missed_years"]) == (
        "25.00",
        "unqualified",
        [2020, 2021, 2022],
    )
    assert assessment["evidence"] == [{"event_id": str(derived_id("evidence")), "shows": "年度报告齐全"}]
    assert (reassessment["score"], reassessment["result"]) == ("61.00", "passed")


def test_the_timeline_tells_everything_in_order() -> None:
    rows = shown("timeline", *DISMAL)
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["says"]["statement_considered"] == "不予采纳"
    assert rows[0]["says"]["last_day"] == "2022-12-25"
