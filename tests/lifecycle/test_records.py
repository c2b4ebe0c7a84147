"""What is recorded along the way: support, duties, the roster, corrections (三, 五（一）（三）)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.lifecycle import rules
from services.lifecycle.district import commands
from shared.contracts.core import Actor, Event, derived_id
from shared.contracts.lifecycle import Duty, DutyReported, RecordCorrected, RosterUpdated, SupportKind, SupportRecorded
from shared.programme.forms import Institution
from shared.programme.record import Recorded
from shared.programme.vocabulary import ServiceCategory
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    INSTITUTION,
    OTHER_CITY,
    OTHER_COUNTY,
    PROVINCE,
    UNIT,
    after,
    at,
    close_hearing,
    conclude,
    designate,
    document,
    history,
    invite,
    lapse,
    order,
    reassess,
    revoke,
)

DESIGNATED = designate("2019-08-20")
REVOKED = (
    DESIGNATED,
    conclude("40", "40", "2022-08-18"),
    order("2022-08-22"),
    lapse("2023-02-22", "2023-02-23"),
    reassess("50", "2023-03-01"),
    invite("2023-03-02"),
    close_hearing("2023-03-09", "2023-03-10"),
    revoke("2023-03-13"),
)


def support(
    who: Actor = CITY, held_on: str = "2020-05-11", findings: str = "服务大厅运行正常"
) -> commands.RecordSupport:
    return commands.RecordSupport(
        context=at(who, "2020-05-12"),
        case_id=CASE,
        kind=SupportKind.INSPECTION,
        held_on=date.fromisoformat(held_on),
        findings=findings,
    )


def duty(who: Actor = COUNTY, text: str = "印发服务业发展规划") -> commands.ReportDuty:
    return commands.ReportDuty(
        context=at(who, "2020-05-12"), case_id=CASE, duty=Duty.PLANNING, text=text, evidence=(document("规划"),)
    )


def roster(*institutions: Institution, who: Actor = COUNTY, as_of: str = "2020-05-01") -> commands.UpdateRoster:
    return commands.UpdateRoster(
        context=at(who, "2020-05-12"), case_id=CASE, as_of=date.fromisoformat(as_of), institutions=institutions
    )


def _dated(on: str) -> Event:
    (designated,) = history(DESIGNATED)
    return replace(designated, designated_on=date.fromisoformat(on))  # type: ignore[type-var]


def correction(
    who: Actor = PROVINCE, own: bool = True, was: str = "2019-08-21", why: str = "笔误"
) -> commands.CorrectRecord:
    return commands.CorrectRecord(
        context=at(who, "2023-05-12"),
        case_id=CASE,
        corrects=derived_id("event"),
        field="designated_on",
        was=was,
        now="2019-08-20",
        why=why,
        on_word_of="省科技厅专利管理处",
        recorded=Recorded(_dated(was), date(2019, 8, 21)) if own else None,
    )


def test_city_and_province_record_their_support() -> None:
    for who in (CITY, PROVINCE):
        after(DESIGNATED).when(support(who)).then(
            SupportRecorded(
                case_id=CASE,
                kind=SupportKind.INSPECTION,
                held_on=date(2020, 5, 11),
                by_office=who.office,
                findings="服务大厅运行正常",
            )
        ).again().then()


def test_the_same_inspection_by_another_office_is_another_one() -> None:
    after(DESIGNATED, support(CITY)).when(support(PROVINCE)).then_kinds(SupportRecorded)


@pytest.mark.parametrize("who", [OTHER_CITY, COUNTY, UNIT])
def test_nobody_else_records_support(who: Actor) -> None:
    after(DESIGNATED).when(support(who)).refused(rules.OWN_CITY_OR_PROVINCE)


def test_support_lies_between_designation_and_today_and_says_what_was_found() -> None:
    after(DESIGNATED).when(support(held_on="2020-05-13")).refused(rules.NOT_IN_FUTURE, field="held_on")
    after(DESIGNATED).when(support(held_on="2020-05-12")).then_kinds(SupportRecorded)
    after(DESIGNATED).when(support(held_on="2019-08-19")).refused(rules.NOT_BEFORE_DESIGNATION, field="held_on")
    after(DESIGNATED).when(support(held_on="2019-08-20")).then_kinds(SupportRecorded)
    after(DESIGNATED).when(support(findings="  ")).refused(rules.TEXT_GIVEN, field="findings")


def test_the_county_reports_on_its_duties() -> None:
    after(DESIGNATED).when(duty()).then(
        DutyReported(case_id=CASE, duty=Duty.PLANNING, text="印发服务业发展规划", evidence=(document("规划"),))
    ).again().then()
    after(DESIGNATED, duty()).when(duty(text="修订规划")).then_kinds(DutyReported)
    after(DESIGNATED).when(duty(text="")).refused(rules.TEXT_GIVEN, field="text")
    for who in (OTHER_COUNTY, UNIT, CITY, PROVINCE):
        after(DESIGNATED).when(duty(who)).refused(rules.OWN_COUNTY)


def test_the_five_duties_are_those_of_the_notice() -> None:
    assert [one.clause for one in Duty] == ["三（一）", "三（二）", "三（三）", "三（四）", "三（五）"]


def test_a_roster_counts_an_institution_once() -> None:
    twice = replace(INSTITUTION, uscc=" 91222401dem000049p", categories=(ServiceCategory.LEGAL,))
    both = replace(INSTITUTION, categories=(ServiceCategory.LEGAL, ServiceCategory.AGENCY))
    after(DESIGNATED).when(roster(INSTITUTION, twice)).then(
        RosterUpdated(case_id=CASE, as_of=date(2020, 5, 1), institutions=(both,))
    ).again().then()
    after(DESIGNATED, roster(INSTITUTION, twice)).when(roster(INSTITUTION)).then_kinds(RosterUpdated)


def test_a_roster_names_every_code_that_is_wrong() -> None:
    wrong = replace(INSTITUTION, uscc="912224O1DEM000049P")
    short = Institution(name="某机构", uscc="9122")
    blank = replace(INSTITUTION, name="")
    refusal = after(DESIGNATED).when(roster(INSTITUTION, wrong, short, blank)).refused(rules.USCC_HOLDS)
    assert [reason.field for reason in refusal.reasons] == [
        "institutions.1.uscc",
        "institutions.2.uscc",
        "institutions.3.name",
    ]
    assert refusal.field == "institutions.1.uscc"


def test_a_roster_is_neither_empty_nor_endless() -> None:
    after(DESIGNATED).when(roster()).refused(rules.ROSTER_FITS, field="institutions")
    after(DESIGNATED).when(roster(*[INSTITUTION] * 501)).refused(rules.ROSTER_FITS, field="institutions")
    after(DESIGNATED).when(roster(*[INSTITUTION] * 500)).then_kinds(RosterUpdated)


def test_rosters_come_in_order_of_time() -> None:
    after(DESIGNATED).when(roster(INSTITUTION, as_of="2020-05-13")).refused(rules.NOT_IN_FUTURE)
    after(DESIGNATED).when(roster(INSTITUTION, as_of="2020-05-12")).then_kinds(RosterUpdated)
    after(DESIGNATED).when(roster(INSTITUTION, as_of="2019-08-19")).refused(rules.NOT_BEFORE_DESIGNATION)
    after(DESIGNATED).when(roster(INSTITUTION, as_of="2019-08-20")).then_kinds(RosterUpdated)
    after(DESIGNATED, roster(INSTITUTION)).when(roster(INSTITUTION, as_of="2020-04-30")).refused(rules.ROSTER_IN_ORDER)
    after(DESIGNATED, roster(INSTITUTION)).when(roster(INSTITUTION, as_of="2020-05-02")).then_kinds(RosterUpdated)


def test_applicants_keep_the_roster() -> None:
    after(DESIGNATED).when(roster(INSTITUTION, who=UNIT)).then_kinds(RosterUpdated)
    for who in (OTHER_COUNTY, CITY, PROVINCE):
        after(DESIGNATED).when(roster(INSTITUTION, who=who)).refused(rules.OWN_APPLICANT)


def test_the_record_is_corrected_by_a_further_event_at_any_stage() -> None:
    for before in ((DESIGNATED,), REVOKED):
        after(*before).when(correction()).then(
            RecordCorrected(
                case_id=CASE,
                corrects=derived_id("event"),
                field="designated_on",
                was="2019-08-21",
                now="2019-08-20",
                why="笔误",
                on_word_of="省科技厅专利管理处",
            )
        ).again().then()


def test_a_correction_says_which_event_of_this_district_and_why() -> None:
    after(DESIGNATED).when(correction(own=False)).refused(rules.CORRECTS_OWN_EVENT, field="corrects")
    after(DESIGNATED).when(correction(why=" ")).refused(rules.TEXT_GIVEN, field="why")
    after(DESIGNATED).when(correction(was="2019-08-20")).refused(rules.CORRECTION_CHANGES, field="now")
    for who in (COUNTY, CITY, UNIT):
        after(DESIGNATED).when(correction(who)).refused(rules.PROVINCE_ONLY)


def test_nothing_more_is_recorded_of_a_revoked_title() -> None:
    for command in (support(), duty(), roster(INSTITUTION)):
        after(*REVOKED).when(command).refused(rules.TITLE_STANDS)


@pytest.mark.parametrize("findings", ["一\x00二", "\x1b[2J", "\ud800"])
def test_texts_hold_no_control_characters(findings: str) -> None:
    after(DESIGNATED).when(support(findings=findings)).refused(rules.TEXT_PLAIN, field="findings")


def test_texts_hold_lines_and_are_not_endless() -> None:
    after(DESIGNATED).when(support(findings="一、\n\t二、𠮷")).then_kinds(SupportRecorded)
    after(DESIGNATED).when(support(findings="长" * 20_000)).then_kinds(SupportRecorded)
    after(DESIGNATED).when(support(findings="长" * 20_001)).refused(rules.TEXT_FITS, field="findings")
    blank = replace(INSTITUTION, name="\x07")
    after(DESIGNATED).when(roster(blank)).refused(rules.TEXT_PLAIN, field="institutions.0.name")


def test_scope_comes_before_state_also_of_a_revoked_title() -> None:
    for before in ((DESIGNATED,), REVOKED):
        after(*before).when(support(OTHER_COUNTY)).refused(rules.OWN_CITY_OR_PROVINCE)
        after(*before).when(duty(OTHER_COUNTY)).refused(rules.OWN_COUNTY)
        after(*before).when(roster(INSTITUTION, who=OTHER_COUNTY)).refused(rules.OWN_APPLICANT)
        after(*before).when(correction(OTHER_COUNTY)).refused(rules.PROVINCE_ONLY)
