"""Receipt, formal examination, corrections, acceptance, judgement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.review import rules
from services.review.case import commands, decider
from services.review.case.packet import part_of
from shared.contracts import review as events
from shared.contracts.core import CST
from shared.contracts.intake import Sealer
from shared.programme.eligibility import Compliance
from shared.programme.forms import EvidenceKind, Severity
from tests.review import histories as h
from tests.specification import context, given

LAPSE = commands.LapseCorrection(context=context(h.SYSTEM, "2018-07-21"), case_id=h.CASE, due_on=date(2018, 7, 20))


def test_a_filing_opens_the_case_and_the_examination_is_due_in_five_working_days() -> None:
    opened = given(decider).when(h.open_case()).then_kinds(events.CaseOpened)
    event = opened.events[0]
    assert isinstance(event, events.CaseOpened)
    assert event.formal_examination_due == h.due("2018-06-27")
    opened.again().then()


def test_a_case_is_opened_by_one_packet_only() -> None:
    another = h.open_case(packet_sha256="9" * 64)
    given(decider, h.opened()).when(another).refused(rules.CASE_IS_OPENED_ONCE)


def test_nobody_opens_a_case_by_hand() -> None:
    by_hand = replace(h.open_case(), context=context(h.OFFICER))
    given(decider).when(by_hand).refused(rules.SYSTEM_DOES_THIS)


def test_a_command_to_a_case_that_was_never_received_is_refused() -> None:
    given(decider).when(h.accept()).refused(rules.CASE_IS_KNOWN)


class TestExaminationAlert:
    alert = commands.RaiseExaminationAlert(
        context=context(h.SYSTEM, "2018-06-28"), case_id=h.CASE, due_on=date(2018, 6, 27)
    )

    def test_an_officers_silence_raises_an_alert_and_accepts_nothing(self) -> None:
        raised = given(decider, h.opened()).when(self.alert)
        raised.then(events.FormalExaminationOverdue(case_id=h.CASE, due=h.due("2018-06-27"))).again().then()

    def test_a_notice_and_an_acceptance_are_still_possible_after_the_alert(self) -> None:
        late = given(decider, h.history(self.alert, since=h.opened()))
        late.when(h.issue_notice(h.item("staff.lawyers"), on="2018-06-29")).then_kinds(events.CorrectionNoticeIssued)
        late.when(h.accept("2018-06-29")).then_kinds(events.ApplicationAccepted, events.EligibilityAssessed)

    def test_a_deadline_that_no_longer_applies_does_nothing(self) -> None:
        given(decider, h.accepted()).when(self.alert).then()
        given(decider, h.opened()).when(replace(self.alert, due_on=date(2018, 7, 9))).then()
        given(decider).when(self.alert).refused(rules.CASE_IS_KNOWN)


class TestCorrectionNotice:
    def test_all_corrections_are_told_at_once_with_twenty_working_days_to_answer(self) -> None:
        items = (h.item("seals.key-unit"), h.item("staff.lawyers"))
        issued = given(decider, h.opened()).when(h.issue_notice(*items))
        issued.then(
            events.CorrectionNoticeIssued(case_id=h.CASE, notice_no=1, items=items, due=h.due("2018-07-20"))
        ).again().then()

    def test_no_second_notice_while_one_is_unanswered(self) -> None:
        more = h.issue_notice(h.item("goals_and_plan"))
        given(decider, h.noticed()).when(more).refused(rules.CORRECTIONS_ARE_TOLD_AT_ONCE)

    def test_every_item_names_a_part_of_the_packet(self) -> None:
        odd = h.issue_notice(h.item("staff.lawyers"), h.item("the weather"))
        given(decider, h.opened()).when(odd).refused(rules.NOTICE_NAMES_A_PART, field="items.1.field")

    def test_a_notice_says_something(self) -> None:
        given(decider, h.opened()).when(h.issue_notice()).refused(rules.NOTICE_HAS_ITEMS)
        silent = h.issue_notice(h.item("staff.lawyers", message=" "))
        given(decider, h.opened()).when(silent).refused(rules.TEXT_IS_GIVEN, field="items.0.message")

    def test_a_notice_may_say_it_in_one_language(self) -> None:
        for silent in ("message", "message_zh"):
            item = replace(h.item("staff.lawyers"), **{silent: ""})
            given(decider, h.opened()).when(h.issue_notice(item)).then_kinds(events.CorrectionNoticeIssued)

    def test_only_an_officer_who_did_not_key_the_filing_gives_notice(self) -> None:
        notice = h.issue_notice(h.item("staff.lawyers"))
        by_county = replace(notice, context=context(h.COUNTY))
        given(decider, h.opened()).when(by_county).refused(rules.OFFICER_OF_PROVINCE)
        own = replace(notice, context=context(h.KEYING_OFFICER))
        given(decider, h.history(h.open_paper_case())).when(own).refused(rules.NOBODY_DECIDES_OWN_FILING)

    def test_not_after_acceptance(self) -> None:
        given(decider, h.accepted()).when(h.issue_notice(h.item("staff.lawyers"))).refused(
            rules.EXAMINATION_IS_UNDER_WAY
        )

    def test_a_second_notice_raises_no_new_point_on_a_part_that_did_not_change(self) -> None:
        answered = given(decider, h.history(h.receive_correction(), since=h.noticed()))
        new_point = h.issue_notice(h.item("goals_and_plan"), on="2018-07-03")
        answered.when(new_point).refused(rules.NO_NEW_POINT_ON_UNCHANGED_PART, field="items.0.field")

    def test_a_second_notice_may_raise_a_point_on_a_part_that_changed_or_repeat_an_old_one(self) -> None:
        unmended = h.receive_correction(seals=h.seals("2" * 64, Sealer.COUNTY, Sealer.CITY))
        answered = given(decider, h.history(unmended, since=h.noticed()))
        on_changed = h.issue_notice(h.item("staff.patent_agents", "odd"), on="2018-07-03")
        answered.when(on_changed).then_kinds(events.CorrectionNoticeIssued)
        repeated = h.issue_notice(h.item("seals.key-unit", "seal_missing"), on="2018-07-03")
        answered.when(repeated).then_kinds(events.CorrectionNoticeIssued)


class TestCorrection:
    def test_the_answer_is_received_with_the_parts_that_changed_and_the_examination_is_due_again(self) -> None:
        received = given(decider, h.noticed()).when(h.receive_correction())
        received.then_kinds(events.CorrectionReceived)
        event = received.events[0]
        assert isinstance(event, events.CorrectionReceived)
        assert event.changed_parts == ("staff", "seals.key-unit")
        assert event.formal_examination_due == h.due("2018-07-09")
        received.again().then()

    def test_a_replaced_document_is_a_changed_part(self) -> None:
        other = (*h.ATTACHMENTS[:2], h.attachment(EvidenceKind.SPECIAL_FUND, "b"))
        received = given(decider, h.noticed()).when(h.receive_correction(attachments=other)).events[0]
        assert isinstance(received, events.CorrectionReceived)
        assert "evidence.special_fund" in received.changed_parts

    def test_an_answer_to_no_notice_is_refused(self) -> None:
        given(decider, h.opened()).when(h.receive_correction()).refused(rules.CORRECTION_ANSWERS_A_NOTICE)
        given(decider, h.noticed()).when(h.receive_correction(notice_no=2)).refused(rules.CORRECTION_ANSWERS_A_NOTICE)

    def test_time_running_out_is_recorded_and_refuses_nothing(self) -> None:
        lapsed = given(decider, h.noticed()).when(LAPSE)
        lapsed.then(events.CorrectionOverdue(case_id=h.CASE, notice_no=1, due=h.due("2018-07-20"))).again().then()
        lapsed.and_then().when(h.receive_correction()).then_kinds(events.CorrectionReceived)

    def test_a_lapse_after_the_answer_does_nothing(self) -> None:
        given(decider, h.history(h.receive_correction(), since=h.noticed())).when(LAPSE).then()

    def test_who_filed_the_correction_may_not_decide_either(self) -> None:
        corrected = h.history(h.receive_correction(filed_by=("officer-1",)), since=h.noticed())
        given(decider, corrected).when(h.accept("2018-07-05")).refused(rules.NOBODY_DECIDES_OWN_FILING)

    @pytest.mark.parametrize(
        ("field", "part"),
        [
            ("staff.others[0].name", "staff"),
            ("form.staff.lawyers", "staff"),
            ("key_unit.uscc", "key_unit"),
            ("institutions[3].uscc", "institutions"),
            ("evidence.special_fund", "evidence.special_fund"),
            ("evidence.special_fund[0].title", "evidence.special_fund"),
            ("seals.key_unit", "seals.key-unit"),
            ("evidence", None),
            ("", None),
        ],
    )
    def test_a_field_belongs_to_a_part(self, field: str, part: str | None) -> None:
        assert part_of(field) == part


class TestAcceptance:
    def test_acceptance_assesses_every_condition(self) -> None:
        done = given(decider, h.opened()).when(h.accept())
        done.then_kinds(events.ApplicationAccepted, events.EligibilityAssessed)
        assessed = done.events[1]
        assert isinstance(assessed, events.EligibilityAssessed)
        assert assessed.eligible
        assert {condition.outcome for condition in assessed.conditions} == {Compliance.MET, Compliance.NEEDS_JUDGEMENT}
        done.again().then()

    def test_not_while_a_paper_defect_or_an_error_of_the_form_is_open(self) -> None:
        refusal = given(decider, h.history(h.open_paper_case())).when(h.accept()).refused(rules.PACKET_IS_IN_ORDER)
        assert {(reason.field, reason.rule) for reason in refusal.reasons} == {
            ("seals.key-unit", "seal_missing"),
            ("staff.lawyers", "part_exceeds_total"),
        }

    def test_not_while_a_defect_was_left_uncorrected(self) -> None:
        unmended = h.receive_correction(seals=h.seals("2" * 64, Sealer.COUNTY, Sealer.CITY))
        half = given(decider, h.history(unmended, since=h.noticed()))
        refusal = half.when(h.accept("2018-07-05")).refused(rules.PACKET_IS_IN_ORDER)
        assert [reason.field for reason in refusal.reasons] == ["seals.key-unit"]

    def test_once_everything_is_corrected(self) -> None:
        corrected = given(decider, h.history(h.receive_correction(), since=h.noticed()))
        corrected.when(h.accept("2018-07-05")).then_kinds(events.ApplicationAccepted, events.EligibilityAssessed)

    def test_a_defect_that_is_a_warning_keeps_nobody_out(self) -> None:
        warned = h.open_case(paper=True, defects=(replace(h.DEFECT, severity=Severity.WARNING),))
        given(decider, h.history(warned)).when(h.accept()).then_kinds(
            events.ApplicationAccepted, events.EligibilityAssessed
        )

    def test_not_while_an_answer_is_awaited(self) -> None:
        given(decider, h.noticed()).when(h.accept()).refused(rules.CORRECTIONS_ARE_TOLD_AT_ONCE)

    def test_by_an_impartial_officer_only(self) -> None:
        by_city = replace(h.accept(), context=context(h.COUNTY))
        given(decider, h.opened()).when(by_city).refused(rules.OFFICER_OF_PROVINCE)
        own = replace(h.accept(), context=context(replace(h.OFFICER, subject="city-clerk")))
        given(decider, h.opened()).when(own).refused(rules.NOBODY_DECIDES_OWN_FILING)

    def test_an_application_that_is_not_eligible_is_accepted_and_told_so(self) -> None:
        poor = h.open_case(form=replace(h.FORM, institutions=h.FORM.institutions[:2]))
        assessed = given(decider, h.history(poor)).when(h.accept()).events[1]
        assert isinstance(assessed, events.EligibilityAssessed)
        assert not assessed.eligible


class TestRefusedAcceptance:
    refuse = commands.RefuseAcceptance(
        context=context(h.OFFICER, "2018-07-25"), case_id=h.CASE, reasons=(h.item("key_unit", "not_in_county"),)
    )

    def test_with_reasons(self) -> None:
        refused = given(decider, h.opened()).when(self.refuse)
        refused.then(events.AcceptanceRefused(case_id=h.CASE, reasons=self.refuse.reasons)).again().then()

    def test_not_without_reasons(self) -> None:
        given(decider, h.opened()).when(replace(self.refuse, reasons=())).refused(rules.REASONS_ARE_GIVEN)
        one_is_silent = (*self.refuse.reasons, h.item("staff", message=" "))
        given(decider, h.opened()).when(replace(self.refuse, reasons=one_is_silent)).refused(rules.REASONS_ARE_GIVEN)

    @pytest.mark.parametrize("silent", ["message", "message_zh"])
    def test_reasons_may_be_given_in_one_language(self, silent: str) -> None:
        reason = replace(self.refuse.reasons[0], **{silent: ""})
        given(decider, h.opened()).when(replace(self.refuse, reasons=(reason,))).then_kinds(events.AcceptanceRefused)

    def test_not_while_the_time_to_correct_runs(self) -> None:
        given(decider, h.noticed()).when(self.refuse).refused(rules.TIME_TO_CORRECT_RUNS_OUT_FIRST)
        lapsed = h.history(LAPSE, since=h.noticed())
        given(decider, lapsed).when(self.refuse).then_kinds(events.AcceptanceRefused)

    def test_not_after_acceptance(self) -> None:
        given(decider, h.accepted()).when(self.refuse).refused(rules.EXAMINATION_IS_UNDER_WAY)

    def test_the_case_has_then_ended(self) -> None:
        ended = given(decider, h.history(self.refuse, since=h.opened()))
        ended.when(h.accept()).refused(rules.CASE_IS_OPEN)
        ended.when(replace(self.refuse, reasons=(h.item("staff", "other"),))).refused(rules.CASE_IS_OPEN)


class TestJudgement:
    def test_says_who_and_why(self) -> None:
        judged = given(decider, h.accepted()).when(h.judge("service_coverage", met=False))
        judged.then(
            events.JudgementGiven(
                case_id=h.CASE, condition="service_coverage", met=False, reason="材料充分", given_by="officer-1"
            )
        ).again().then()

    def test_the_last_holds(self) -> None:
        twice = h.history(h.judge("service_coverage", met=False), h.judge("service_coverage"), since=h.judged())
        given(decider, twice).when(h.judge("service_coverage")).then()

    def test_only_on_a_condition_that_no_rule_decides(self) -> None:
        case = given(decider, h.accepted())
        case.when(h.judge("institutions_minimum")).refused(rules.CONDITION_NEEDS_JUDGEMENT)
        case.when(h.judge("good_weather")).refused(rules.CONDITION_IS_KNOWN)
        case.when(replace(h.judge("service_coverage"), reason="")).refused(rules.REASONS_ARE_GIVEN)
        own = replace(h.judge("service_coverage"), context=context(replace(h.OFFICER, subject="city-clerk")))
        case.when(own).refused(rules.NOBODY_DECIDES_OWN_FILING)

    def test_between_acceptance_and_publicity(self) -> None:
        given(decider, h.opened()).when(h.judge("service_coverage")).refused(rules.CASE_IS_ACCEPTED)
        late = h.judge("service_coverage", met=False, on="2018-08-21")
        given(decider, h.publicised()).when(late).refused(rules.JUDGEMENT_PRECEDES_PUBLICITY)


def test_a_case_is_judged_by_the_policy_it_was_filed_under() -> None:
    filed = given(decider, h.opened()).when(
        replace(h.accept(), context=replace(context(h.OFFICER, "2027-06-25"), policy_version="2027.1"))
    )
    filed.then_kinds(events.ApplicationAccepted, events.EligibilityAssessed)
    assert context(h.OFFICER, "2018-06-25").now.tzinfo is CST
    assert h.FILING.filed_on == date(2018, 6, 20)
