"""The hearing, and the revocation that never comes before it is over (四（六）2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.lifecycle import rules
from shared.contracts.core import Actor, Due, Role
from shared.contracts.lifecycle import (
    DistrictReassessed,
    HearingClosed,
    HearingInvited,
    StatementMade,
    TitleRetained,
    TitleRevoked,
)
from shared.programme.dates.chronology import TAKES_EFFECT_WHEN_TOLD, untimely
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    OTHER_COUNTY,
    PROVINCE,
    UNIT,
    after,
    close_hearing,
    conclude,
    designate,
    invite,
    lapse,
    open_assessment,
    order,
    reassess,
    rectified,
    retain,
    revoke,
    state_and_defend,
)
from tests.specification import actor

FAILED = (
    designate("2019-12-26"),
    conclude("40", "40", "2022-12-22"),
    order("2022-12-26"),
    lapse("2023-06-26", "2023-06-27"),
    reassess("45", "2023-07-05"),
)
INVITED = (*FAILED, invite("2023-07-07"))
STATED = (*INVITED, state_and_defend("2023-07-12"))
CLOSED = (*INVITED, close_hearing("2023-07-14", "2023-07-15"))
DUE = Due(on=date(2023, 7, 14))
REMEDIES = (
    "如不服本决定，可自收到本决定之日起60日内依法向吉林省人民政府申请行政复议，"
    "也可在6个月内依法向有管辖权的人民法院提起行政诉讼。"
)


def test_five_working_days_to_state_and_defend() -> None:
    after(*FAILED).when(invite("2023-07-07")).then(
        HearingInvited(case_id=CASE, invited_on=date(2023, 7, 7), grounds="复核仍不合格", due=DUE)
    ).again().then()


def test_nobody_is_invited_before_failing_twice() -> None:
    after(*FAILED[:2]).when(invite("2022-12-23")).refused(rules.HEARD_AFTER_FAILING)
    after(*FAILED[:4]).when(invite("2023-06-28")).refused(rules.HEARD_AFTER_FAILING)
    passed = (*FAILED[:4], reassess("60", "2023-07-05"))
    after(*passed).when(invite("2023-07-07")).refused(rules.HEARD_AFTER_FAILING)
    after(*INVITED).when(invite("2023-07-10", grounds="另一理由")).refused(rules.HEARD_AFTER_FAILING)


def test_an_invitation_names_its_grounds_and_is_not_dated_back() -> None:
    after(*FAILED).when(invite("2023-07-07", grounds="")).refused(rules.TEXT_GIVEN, field="grounds")
    command = invite("2023-07-07")
    earlier = replace(command, context=replace(command.context, effective_on=date(2023, 7, 5)))
    refusal = untimely("lifecycle.InviteHearing", earlier, ())
    assert refusal is not None
    assert refusal.rule is TAKES_EFFECT_WHEN_TOLD
    for who in (COUNTY, CITY):
        after(*FAILED).when(invite("2023-07-07", who)).refused(rules.PROVINCE_ONLY)


@pytest.mark.parametrize("who", [COUNTY, UNIT])
def test_the_county_and_the_key_unit_may_speak(who: Actor) -> None:
    after(*INVITED).when(state_and_defend("2023-07-14", who)).then(
        StatementMade(case_id=CASE, text="机构正在引进", office=who.office, made_by=who.subject)
    ).again().then()
    after(*STATED).when(state_and_defend("2023-07-13", who, text="补充说明")).then_kinds(StatementMade)


def test_nobody_else_speaks_and_nobody_after_the_time() -> None:
    for who in (OTHER_COUNTY, CITY, PROVINCE, actor("unit:91222401DEM000049P", Role.KEY_UNIT)):
        after(*INVITED).when(state_and_defend("2023-07-12", who)).refused(rules.OWN_APPLICANT)
    after(*INVITED).when(state_and_defend("2023-07-15")).refused(rules.HEARING_RUNS)
    after(*CLOSED).when(state_and_defend("2023-07-15")).refused(rules.HEARING_RUNS)
    after(*FAILED).when(state_and_defend("2023-07-06")).refused(rules.HEARING_RUNS)
    after(*INVITED).when(state_and_defend("2023-07-12", text=" ")).refused(rules.TEXT_GIVEN, field="text")


def test_the_hearing_ends_on_the_day_after() -> None:
    after(*INVITED).when(close_hearing("2023-07-14", "2023-07-14")).then()
    after(*INVITED).when(close_hearing("2023-07-14", "2023-07-15")).then(
        HearingClosed(case_id=CASE, due=DUE, statements=0)
    ).again().then()
    after(*STATED).when(close_hearing("2023-07-14", "2023-07-15")).then(
        HearingClosed(case_id=CASE, due=DUE, statements=1)
    )
    after(*FAILED).when(close_hearing("2023-07-14", "2023-07-15")).then()


def test_a_head_of_the_province_revokes() -> None:
    after(*CLOSED).when(revoke("2023-07-20", number="吉科发专【2023】58号")).then(
        TitleRevoked(
            case_id=CASE,
            document_number="吉科发专〔2023〕58号",
            revoked_on=date(2023, 7, 20),
            reasons="整改后仍不合格",
            statement_considered="",
            remedies=REMEDIES,
            decided_by="head",
        )
    ).again().then()


def test_the_decision_may_state_its_own_remedies() -> None:
    (event,) = after(*CLOSED).when(revoke("2023-07-20", remedies="向省政府申请行政复议")).events
    assert isinstance(event, TitleRevoked)
    assert event.remedies == "向省政府申请行政复议"


def test_never_before_the_time_to_be_heard_is_over() -> None:
    after(*FAILED).when(revoke("2023-07-20")).refused(rules.HEARD_FIRST)
    after(*INVITED).when(revoke("2023-07-14")).refused(rules.HEARD_FIRST)
    after(*STATED).when(revoke("2023-07-13", considered="不予采纳")).refused(rules.HEARD_FIRST)
    after(*INVITED).when(revoke("2023-07-15")).then_kinds(HearingClosed, TitleRevoked)
    after(designate("2019-12-26")).when(revoke("2023-07-20")).refused(rules.HEARD_FIRST)


def test_a_statement_is_weighed() -> None:
    closed = (*STATED, close_hearing("2023-07-14", "2023-07-15"))
    after(*closed).when(revoke("2023-07-20")).refused(rules.STATEMENT_WEIGHED, field="statement_considered")
    after(*closed).when(revoke("2023-07-20", considered="未提供引进证明，不予采纳")).then_kinds(TitleRevoked)


def test_a_statement_may_lead_to_another_look() -> None:
    closed = (*STATED, close_hearing("2023-07-14", "2023-07-15"))
    after(*closed).when(reassess("62", "2023-07-18")).then_kinds(DistrictReassessed).again().then()
    after(*closed, reassess("62", "2023-07-18")).when(retain("2023-07-19")).then_kinds(TitleRetained)
    after(*closed, reassess("50", "2023-07-18")).when(revoke("2023-07-20")).refused(rules.HEARD_FIRST)
    after(*CLOSED).when(reassess("62", "2023-07-18")).refused(rules.REASSESSED_AFTER)


@pytest.mark.parametrize("number", ["", "58号", "吉科发专〔2023】58号", "ABC〔2023〕58号"])
def test_a_decision_bears_a_document_number(number: str) -> None:
    after(*CLOSED).when(revoke("2023-07-20", number=number)).refused(rules.DOCUMENT_NUMBERED, field="document_number")


def test_a_decision_states_reasons() -> None:
    after(*CLOSED).when(replace(revoke("2023-07-20"), reasons="")).refused(rules.TEXT_GIVEN, field="reasons")


def test_only_a_head_revokes_and_nobody_their_own() -> None:
    for who in (PROVINCE, CITY, COUNTY):
        after(*CLOSED).when(revoke("2023-07-20", who)).refused(rules.LEAD_ONLY)
    speaker = actor("province", Role.PROVINCE_LEAD, subject=COUNTY.subject)
    closed = (*STATED, close_hearing("2023-07-14", "2023-07-15"))
    after(*closed).when(revoke("2023-07-20", speaker, considered="不予采纳")).refused(rules.NOT_ONES_OWN)


def test_nothing_follows_a_revocation() -> None:
    revoked = (*CLOSED, revoke("2023-07-20"))
    after(*revoked).when(revoke("2023-07-21", number="吉科发专〔2023〕59号")).refused(rules.TITLE_STANDS)
    for command in (retain("2023-07-21"), rectified("2023-07-21"), reassess("90", "2023-07-21"), invite("2023-07-21")):
        after(*revoked).when(command).refused(rules.TITLE_STANDS)
    after(*revoked).when(open_assessment("2025-10-01")).then()
    after(*revoked).when(close_hearing("2023-07-14", "2023-07-21")).then()


def test_a_revocation_bears_a_number_of_its_own_year() -> None:
    earlier = revoke("2023-07-20", number="吉科发专〔2022〕58号")
    after(*CLOSED).when(earlier).refused(rules.NUMBER_OF_THE_YEAR, field="document_number")
