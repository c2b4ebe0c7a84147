"""From a sealed draft to the province: request, endorsement, refusal, silence, withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake import rules
from services.intake.application.commands import (
    DeclineEndorsement,
    EscalateEndorsement,
    ReturnForChanges,
    ReviseForm,
    Withdraw,
)
from services.intake.application.state import Declined, Draft
from shared.contracts.core import Due, Event, Role
from shared.contracts.intake import (
    ApplicationEndorsed,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    EndorsementDeclined,
    EndorsementEscalated,
    EndorsementRequested,
    FilingBlocked,
    FilingRoute,
    PacketSealed,
    PlaceRerouted,
    Sealer,
    SealVoided,
)
from shared.programme.forms import EvidenceKind, OtherQualification, ServiceCategory, StaffCounts
from tests.intake import cases
from tests.intake.cases import CASE, CITY, COUNTY, KEY, OTHER_CITY, PROVINCE, SYSTEM, by, form, history
from tests.specification import actor

GONGZHULING = actor("county:220381", Role.COUNTY, subject="gong")


def test_a_sealed_packet_goes_to_the_city_for_ten_working_days() -> None:
    events = cases.ready()
    then = history(events).when(cases.request())
    then.then(EndorsementRequested(case_id=CASE, packet_sha256=cases.sha_of(events), due=Due(date(2018, 6, 26), False)))
    then.again().then()


def test_the_county_files_and_nobody_else() -> None:
    for who in (KEY, CITY, PROVINCE, cases.OTHER_COUNTY):
        history(cases.ready()).when(cases.request(who)).refused(rules.COUNTY_FILES)


def test_without_a_form_nothing_is_sent() -> None:
    history(cases.opened()).when(cases.request()).refused(rules.FORM_IS_WRITTEN)
    history().when(cases.request()).refused(rules.NO_SUCH_APPLICATION)


def test_every_error_is_listed_at_once() -> None:
    staff = StaffCounts(total=12, patent_agents=2, lawyers=14, others=(OtherQualification(name="", count=1),))
    refusal = (
        history(cases.ready(staff=staff, district_basis="")).when(cases.request()).refused(rules.FORM_HAS_NO_ERRORS)
    )
    assert {(reason.field, reason.rule) for reason in refusal.reasons} >= {
        ("district_basis", "missing"),
        ("staff.lawyers", "part_exceeds_total"),
        ("staff.others[0].name", "unnamed_qualification"),
        ("staff.total", "sum_exceeds_total"),
    }


def test_both_seals_must_stand_on_the_packet_as_it_is() -> None:
    events = cases.written()
    refusal = history(events).when(cases.request()).refused(rules.SEALS_ARE_COMPLETE)
    assert [reason.field for reason in refusal.reasons] == ["seals.county", "seals.key-unit"]
    events = cases.sealed_by(events, COUNTY)
    refusal = history(events).when(cases.request()).refused(rules.SEALS_ARE_COMPLETE, field="seals.key-unit")
    assert len(refusal.reasons) == 1
    edited = cases.after(cases.ready(), ReviseForm(context=by(KEY), case_id=CASE, form=form(goals_and_plan="改")))
    history(edited).when(cases.request()).refused(rules.SEALS_ARE_COMPLETE)


def test_whoever_is_not_eligible_is_told_why_and_it_is_recorded() -> None:
    """Sample E: the category counts sum to 4, the distinct institutions are 2, and there is no special fund."""
    events = cases.after(
        cases.opened(),
        ReviseForm(
            context=by(COUNTY),
            case_id=CASE,
            form=form(
                institutions=cases.institutions(2, ServiceCategory.AGENCY, ServiceCategory.INFORMATION),
                special_fund_yuan=None,
                special_fund_source="",
            ),
        ),
        cases.add(EvidenceKind.WORK_PLAN),
    )
    events = cases.sealed_by(events, COUNTY, KEY)
    then = history(events).when(cases.request()).then_kinds(FilingBlocked)
    (blocked,) = then.events
    assert isinstance(blocked, FilingBlocked)
    assert [reason.field for reason in blocked.reasons] == [
        "eligibility.special_fund",
        "eligibility.institutions_minimum",
    ]
    assert "去重后2家<3家（分类计数合计4家" in blocked.reasons[1].message_zh
    assert isinstance(cases.stage_of(events + then.events), Draft)
    then.again().then_kinds(FilingBlocked)


def test_whoever_is_not_eligible_is_told_of_missing_documents_too_each_once() -> None:
    """The missing proof of a fund is told by its condition; the missing work plan belongs to no condition."""
    poor = form(special_fund_yuan=None, special_fund_source="")
    events = cases.after(cases.opened(), ReviseForm(context=by(COUNTY), case_id=CASE, form=poor))
    (blocked,) = history(cases.sealed_by(events, COUNTY, KEY)).when(cases.request()).then_kinds(FilingBlocked).events
    assert isinstance(blocked, FilingBlocked)
    assert [reason.field for reason in blocked.reasons] == ["eligibility.special_fund", "evidence.work_plan"]


def test_a_missing_work_plan_keeps_it_from_being_filed() -> None:
    events = cases.after(
        cases.opened(), ReviseForm(context=by(COUNTY), case_id=CASE, form=form()), cases.add(EvidenceKind.SPECIAL_FUND)
    )
    events = cases.sealed_by(events, COUNTY, KEY)
    refusal = history(events).when(cases.request()).refused(rules.FORM_HAS_NO_ERRORS, field="evidence")
    assert "evidence.work_plan" in {reason.field for reason in refusal.reasons}


def test_a_county_that_files_directly_goes_straight_to_the_province() -> None:
    then = history(_gongzhuling("2019-03-01")).when(cases.request(GONGZHULING, "2019-03-01"))
    then.then_kinds(ApplicationFiled).again().then()
    (filed,) = then.events
    assert isinstance(filed, ApplicationFiled)
    assert {seal.sealer for seal in filed.seals} == {Sealer.COUNTY, Sealer.KEY_UNIT}
    assert filed.place.route is FilingRoute.DIRECT


def test_a_draft_begun_under_the_old_competence_is_rerouted_when_filed() -> None:
    then = history(_gongzhuling("2020-06-15")).when(cases.request(GONGZHULING, "2020-06-22"))
    then.then_kinds(PlaceRerouted, EndorsementRequested)
    rerouted = then.events[0]
    assert isinstance(rerouted, PlaceRerouted)
    assert (rerouted.was.endorser, rerouted.place.endorser, rerouted.place.county) == ("", "220100", "220184")
    then.and_then().when(cases.endorse(_gongzhuling("2020-06-15"), OTHER_CITY)).refused(rules.NOT_THE_ENDORSER)


def _gongzhuling(on: str) -> tuple[Event, ...]:
    events = cases.after(
        (),
        cases.open_draft(GONGZHULING, on, division_code="220381"),
        ReviseForm(context=by(GONGZHULING), case_id=CASE, form=form()),
        cases.add(EvidenceKind.WORK_PLAN, KEY),
        cases.add(EvidenceKind.SPECIAL_FUND, KEY),
    )
    return cases.sealed_by(events, GONGZHULING, KEY)


def test_the_city_endorses_and_the_whole_packet_is_filed() -> None:
    events = cases.awaiting()
    then = history(events).when(cases.endorse(events)).then_kinds(PacketSealed, ApplicationEndorsed, ApplicationFiled)
    then.again().then()
    filed = then.events[2]
    assert isinstance(filed, ApplicationFiled)
    assert [seal.sealer for seal in filed.seals] == [Sealer.COUNTY, Sealer.KEY_UNIT, Sealer.CITY]
    assert {seal.packet_sha256 for seal in filed.seals} == {filed.packet_sha256}
    assert set(filed.filed_by) == {"zhang", "li", "wang"}
    assert (filed.filed_on, filed.paper, filed.defects) == (date(2018, 6, 20), False, ())


def test_only_the_city_of_that_county_answers() -> None:
    events = cases.awaiting()
    for who in (OTHER_CITY, COUNTY, KEY, PROVINCE):
        history(events).when(cases.endorse(events, who)).refused(rules.NOT_THE_ENDORSER)
        decline = DeclineEndorsement(context=by(who), case_id=CASE, reasons="否")
        history(events).when(decline).refused(rules.NOT_THE_ENDORSER)
        back = ReturnForChanges(context=by(who), case_id=CASE, changes="改")
        history(events).when(back).refused(rules.NOT_THE_ENDORSER)


def test_nobody_endorses_a_filing_they_helped_to_make() -> None:
    events = cases.awaiting()
    turncoat = actor("city:220100", Role.CITY, subject="zhang")
    history(events).when(cases.endorse(events, turncoat)).refused(rules.OWN_FILING)


def test_an_endorsement_wants_an_opinion_and_the_seal_on_this_packet() -> None:
    events = cases.awaiting()
    history(events).when(cases.endorse(events, opinion=" ")).refused(rules.TEXT_IS_GIVEN, field="opinion")
    history(events).when(replace(cases.endorse(events), packet_sha256="0" * 64)).refused(rules.SEAL_IS_ON_THIS_PACKET)
    history(events).when(replace(cases.endorse(events), mark=None)).refused(rules.SEALS_ARE_MADE)


def test_a_draft_is_not_endorsed_and_nothing_is_endorsed_twice() -> None:
    events = cases.ready()
    history(events).when(cases.endorse(events)).refused(rules.NOT_AWAITING_ENDORSEMENT)
    events = cases.filed()
    history(events).when(cases.endorse(events, cases.CITY_CLERK)).refused(rules.NOT_AWAITING_ENDORSEMENT)
    history().when(replace(cases.endorse(events))).refused(rules.NO_SUCH_APPLICATION)


def test_the_city_declines_with_reasons_and_that_is_the_end() -> None:
    events = cases.awaiting()
    command = DeclineEndorsement(context=by(CITY), case_id=CASE, reasons="专项经费未落实")
    then = history(events).when(command)
    then.then(EndorsementDeclined(case_id=CASE, endorser="220100", reasons="专项经费未落实")).again().then()
    assert isinstance(cases.stage_of(events + then.events), Declined)
    then.and_then().when(replace(command, reasons="别的")).refused(rules.CASE_IS_OVER)
    then.and_then().when(cases.request()).refused(rules.CASE_IS_OVER)
    history(events).when(replace(command, reasons=" ")).refused(rules.TEXT_IS_GIVEN, field="reasons")


def test_the_city_returns_it_and_every_seal_is_void() -> None:
    events = cases.awaiting()
    command = ReturnForChanges(context=by(CITY), case_id=CASE, changes="补充三年目标")
    then = history(events).when(command).then_kinds(ApplicationReturned, SealVoided, SealVoided)
    then.again().then()
    then.and_then().when(cases.request()).refused(rules.SEALS_ARE_COMPLETE)
    history(events).when(replace(command, changes="")).refused(rules.TEXT_IS_GIVEN, field="changes")
    sealed = cases.sealed_by(events + then.events, COUNTY, KEY)
    history(sealed).when(cases.request(on="2018-07-02")).then_kinds(EndorsementRequested)


def test_silence_is_escalated_once_and_is_never_consent() -> None:
    events = cases.awaiting()
    due = Due(date(2018, 6, 26), False)
    late = EscalateEndorsement(context=by(SYSTEM, "2018-06-27"), case_id=CASE, due=due)
    then = history(events).when(late)
    then.then(EndorsementEscalated(case_id=CASE, endorser="220100", due=due)).again().then()
    escalated = events + then.events
    history(escalated).when(cases.endorse(escalated, on="2018-07-02")).then_kinds(
        PacketSealed, ApplicationEndorsed, ApplicationFiled
    )
    history(events).when(replace(late, context=by(SYSTEM, "2018-06-26"))).then()
    history(events).when(replace(late, due=Due(date(2018, 6, 25)))).then()
    history(cases.filed()).when(late).then()
    history(events).when(replace(late, context=by(CITY, "2018-06-27"))).refused(rules.SYSTEM_ONLY)


@pytest.mark.parametrize("stage", ["draft", "awaiting", "filed"])
def test_the_applicants_withdraw_at_any_time_before_the_decision(stage: str) -> None:
    events = {"draft": cases.written, "awaiting": cases.awaiting, "filed": cases.filed}[stage]()
    command = Withdraw(context=by(KEY), case_id=CASE, reason="拟引进机构后再行申报")
    then = history(events).when(command)
    then.then(ApplicationWithdrawn(case_id=CASE, reason="拟引进机构后再行申报", office=KEY.office)).again().then()
    then.and_then().when(cases.request()).refused(rules.CASE_IS_OVER)
    history(events).when(replace(command, context=by(CITY))).refused(rules.NOT_AN_APPLICANT)
    history(events).when(replace(command, reason="")).refused(rules.TEXT_IS_GIVEN, field="reason")
    history().when(command).refused(rules.NO_SUCH_APPLICATION)


def test_what_is_said_is_kept_without_blanks_around_it_and_is_the_same_again() -> None:
    events = cases.awaiting()
    endorsed = history(events).when(cases.endorse(events, opinion=" 同意申报\n"))
    said = [event.opinion for event in endorsed.events if isinstance(event, ApplicationEndorsed)]
    assert said == ["同意申报"]
    endorsed.again().then()
    declined = history(events).when(DeclineEndorsement(context=by(CITY), case_id=CASE, reasons=" 未落实 "))
    declined.then(EndorsementDeclined(case_id=CASE, endorser="220100", reasons="未落实")).again().then()
    returned = history(events).when(ReturnForChanges(context=by(CITY), case_id=CASE, changes=" 补充 "))
    assert returned.events[0] == ApplicationReturned(case_id=CASE, endorser="220100", changes="补充")
    returned.again().then()
    withdrawn = history(events).when(Withdraw(context=by(KEY), case_id=CASE, reason=" 另报 "))
    withdrawn.then(ApplicationWithdrawn(case_id=CASE, reason="另报", office=KEY.office))


def test_another_opinion_or_another_officer_is_another_endorsement() -> None:
    events = cases.filed()
    again = cases.endorse(events)
    history(events).when(again).then()
    history(events).when(replace(again, opinion="同意")).refused(rules.NOT_AWAITING_ENDORSEMENT)
    history(events).when(replace(again, packet_sha256="0" * 64)).refused(rules.NOT_AWAITING_ENDORSEMENT)
    history(events).when(replace(again, context=by(cases.CITY_CLERK))).refused(rules.NOT_AWAITING_ENDORSEMENT)
