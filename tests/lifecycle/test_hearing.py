"""The hearing in person that an applicant may ask for before a revocation (行政处罚法第六十四条、第六十五条)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.lifecycle import rules
from shared.contracts.core import Actor
from shared.contracts.lifecycle import (
    DistrictReassessed,
    HearingClosed,
    OralHearingHeld,
    OralHearingRequested,
    OralHearingScheduled,
    TitleRevoked,
)
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    HOST,
    LEAD,
    OTHER_COUNTY,
    PROVINCE,
    UNIT,
    after,
    ask_hearing,
    close_hearing,
    conclude,
    designate,
    history,
    minute_hearing,
    reassess,
    revoke,
    schedule_hearing,
)
from tests.lifecycle.test_revocation import CLOSED, FAILED, INVITED

ASKED = (*INVITED, ask_hearing("2023-07-12"))
OVER = (*ASKED, close_hearing("2023-07-14", "2023-07-15"))
TOLD = (*OVER, schedule_hearing("2023-07-26", "2023-07-17"))
HELD = (*TOLD, minute_hearing("2023-07-26"))


@pytest.mark.parametrize("who", [COUNTY, UNIT])
def test_an_applicant_asks_for_it_while_the_time_to_state_runs(who: Actor) -> None:
    after(*INVITED).when(ask_hearing("2023-07-14", who)).then(
        OralHearingRequested(case_id=CASE, reason="需当面说明", office=who.office, requested_by=who.subject)
    ).again().then()


def test_not_later_not_twice_and_by_nobody_else() -> None:
    after(*INVITED).when(ask_hearing("2023-07-15")).refused(rules.HEARING_RUNS)
    after(*CLOSED).when(ask_hearing("2023-07-15")).refused(rules.HEARING_RUNS)
    after(*FAILED).when(ask_hearing("2023-07-06")).refused(rules.HEARING_RUNS)
    after(*ASKED).when(ask_hearing("2023-07-13", UNIT)).refused(rules.ORAL_HEARING_REQUESTED_ONCE)
    after(*INVITED).when(ask_hearing("2023-07-12", reason=" ")).refused(rules.TEXT_GIVEN, field="reason")
    for who in (OTHER_COUNTY, CITY, PROVINCE):
        after(*INVITED).when(ask_hearing("2023-07-12", who)).refused(rules.OWN_APPLICANT)


def test_it_is_told_seven_working_days_before_with_its_host() -> None:
    after(*OVER).when(schedule_hearing("2023-07-26", "2023-07-17")).then(
        OralHearingScheduled(
            case_id=CASE,
            held_on=date(2023, 7, 26),
            venue="三楼会议室",
            host="host",
            host_name="吴样例",
            office="province",
        )
    ).again().then()
    early = after(*OVER).when(schedule_hearing("2023-07-25", "2023-07-17"))
    refusal = early.refused(rules.ORAL_HEARING_TOLD_EARLY, field="held_on")
    assert refusal.detail.startswith("2023-07-26")
    after(*TOLD).when(schedule_hearing("2023-08-02", "2023-07-18")).then_kinds(OralHearingScheduled)


def test_it_is_hosted_by_somebody_who_had_no_part_in_the_assessment() -> None:
    for host in (PROVINCE.subject, COUNTY.subject):
        after(*OVER).when(schedule_hearing("2023-07-26", "2023-07-17", host=host)).refused(
            rules.HOST_TOOK_NO_PART, field="host"
        )
    after(*OVER).when(schedule_hearing("2023-07-26", "2023-07-17", host=" ")).refused(rules.HOST_NAMED, field="host")
    nameless = schedule_hearing("2023-07-26", "2023-07-17", host_name="")
    after(*OVER).when(nameless).refused(rules.HOST_NAMED, field="host_name")
    after(*OVER).when(schedule_hearing("2023-07-26", "2023-07-17", venue="")).refused(rules.TEXT_GIVEN, field="venue")


def test_it_is_scheduled_by_the_province_where_it_was_asked_for() -> None:
    after(*CLOSED).when(schedule_hearing("2023-07-26", "2023-07-17")).refused(rules.ORAL_HEARING_REQUESTED)
    after(*OVER).when(schedule_hearing("2023-07-26", "2023-07-17", CITY)).refused(rules.PROVINCE_ONLY)
    after(*HELD).when(schedule_hearing("2023-08-16", "2023-07-27")).refused(rules.ORAL_HEARING_HELD_ONCE)


def test_its_host_gives_the_minutes_on_its_day_or_later() -> None:
    after(*TOLD).when(minute_hearing("2023-07-26")).then(
        OralHearingHeld(
            case_id=CASE,
            held_on=date(2023, 7, 26),
            host="host",
            attended=True,
            attended_by=("吴样例", "张示例"),
            minutes="当面说明了进展",
        )
    ).again().then()
    after(*TOLD).when(minute_hearing("2023-07-25")).refused(rules.ORAL_HEARING_COMES_FIRST)
    after(*TOLD).when(minute_hearing("2023-07-26", PROVINCE)).refused(rules.HOST_RECORDS)
    after(*OVER).when(minute_hearing("2023-07-26")).refused(rules.ORAL_HEARING_SCHEDULED)
    after(*TOLD).when(minute_hearing("2023-07-26", names=(" ",))).refused(rules.ATTENDANCE_NAMED, field="attended_by")
    after(*TOLD).when(minute_hearing("2023-07-26", minutes="")).refused(rules.TEXT_GIVEN, field="minutes")
    after(*HELD).when(minute_hearing("2023-07-27", minutes="另有说法")).refused(rules.ORAL_HEARING_HELD_ONCE)


def test_nothing_is_revoked_before_it_is_held_and_its_minutes_are_weighed() -> None:
    for waiting in (OVER, TOLD):
        after(*waiting).when(revoke("2023-07-20", considered="不予采纳")).refused(rules.ORAL_HEARING_BEFORE_REVOKING)
        after(*waiting).when(reassess("62", "2023-07-20")).refused(rules.REASSESSED_AFTER)
    after(*HELD).when(revoke("2023-07-28")).refused(rules.STATEMENT_WEIGHED, field="statement_considered")
    after(*HELD).when(revoke("2023-07-28", considered="听证意见不予采纳")).then_kinds(TitleRevoked)
    after(*HELD).when(reassess("62", "2023-07-28")).then_kinds(DistrictReassessed)
    at_once = (*ASKED, schedule_hearing("2023-07-26", "2023-07-13"), minute_hearing("2023-07-26"))
    after(*at_once).when(revoke("2023-07-28", considered="不予采纳")).then_kinds(HearingClosed, TitleRevoked)


def test_nobody_revokes_what_they_assessed_alone() -> None:
    alone = (
        designate("2019-12-26"),
        conclude("40", "40", "2022-12-22", who=LEAD),
        *FAILED[2:4],
        reassess("45", "2023-07-05", who=LEAD),
        *CLOSED[5:],
    )
    after(*alone).when(revoke("2023-07-20")).refused(rules.ASSESSED_AND_DECIDED_BY_SEVERAL)
    after(*alone).when(revoke("2023-07-20", replace(LEAD, subject="another-head"))).then_kinds(TitleRevoked)


def test_who_asks_for_it_has_a_part_in_the_case() -> None:
    host_who_asked = replace(HOST, subject=COUNTY.subject)
    assert history(*TOLD)
    after(*TOLD).when(minute_hearing("2023-07-26", host_who_asked)).refused(rules.NOT_ONES_OWN)
