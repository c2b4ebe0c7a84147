"""The approval, not yet, withdrawal, and corrections of the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.review import rules
from services.review.case import commands, decider
from services.review.case.commands import CaseCommand
from shared.contracts import review as events
from shared.contracts.core import Event
from tests.review import histories as h
from tests.specification import context, given

NOT_YET = commands.ConfirmNotYet(context=context(h.LEAD, "2018-08-29"), case_id=h.CASE, reasons="服务链条尚不完整")
DISCONTINUE = h.discontinue()


class TestApproval:
    def test_names_its_document_and_all_that_the_term_needs(self) -> None:
        given(decider, h.publicity_over()).when(h.approve()).then(
            events.DesignationApproved(
                case_id=h.CASE,
                document_number="吉科发专〔2018〕112号",
                approved_on=date(2018, 8, 31),
                title="吉林省知识产权服务业集聚发展区",
                place=h.PLACE,
                county_unit=h.COUNTY_UNIT,
                key_unit=h.KEY_UNIT,
                form=h.FORM,
                average=Decimal("88.00"),
                policy_version="2018-04-28.1",
                decided_by="lead-1",
            )
        ).again().then()

    def test_the_same_number_in_other_brackets_is_the_same_approval(self) -> None:
        given(decider, h.approved()).when(h.approve("吉科发专〔2018〕112号")).then()
        given(decider, h.approved()).when(h.approve("吉科发专〔2018〕113号")).refused(rules.CASE_IS_OPEN)

    @pytest.mark.parametrize("number", ["", "112号", "吉科发专〔2018】112号", "吉科发专〔2017〕112号"])
    def test_its_number_is_well_formed_and_of_its_year(self, number: str) -> None:
        refused = given(decider, h.publicity_over()).when(h.approve(number))
        refused.refused(rules.DOCUMENT_NUMBER_IS_WELL_FORMED, field="document_number")

    def test_only_a_lead_officer_approves(self) -> None:
        by_officer = replace(h.approve(), context=context(h.OFFICER, "2018-08-31"))
        given(decider, h.publicity_over()).when(by_officer).refused(rules.LEAD_OF_PROVINCE)

    def test_nobody_approves_what_they_filed_or_keyed_in(self) -> None:
        own = replace(h.approve(), context=context(replace(h.LEAD, subject="city-clerk"), "2018-08-31"))
        given(decider, h.publicity_over()).when(own).refused(rules.NOBODY_DECIDES_OWN_FILING)

    @pytest.mark.parametrize("history", [h.opened(), h.judged(), h.reviewed(), h.concluded()])
    def test_not_before_publicity(self, history: tuple[Event, ...]) -> None:
        given(decider, history).when(h.approve()).refused(rules.PUBLICITY_PRECEDES_APPROVAL)

    def test_not_while_publicity_runs(self) -> None:
        early = h.approve(approved_on="2018-08-24", on="2018-08-24")
        given(decider, h.publicised()).when(early).refused(rules.PUBLICITY_PRECEDES_APPROVAL)

    def test_when_its_end_was_not_recorded_yet_both_are(self) -> None:
        given(decider, h.publicised()).when(h.approve()).then_kinds(
            events.PublicityEnded, events.DesignationApproved
        ).again().then()

    @pytest.mark.parametrize("approved_on", ["2018-08-24", "2018-09-01"])
    def test_it_is_dated_after_publicity_and_not_in_the_future(self, approved_on: str) -> None:
        given(decider, h.publicity_over()).when(h.approve(approved_on=approved_on)).refused(
            rules.APPROVAL_IS_DATED_RIGHTLY, field="approved_on"
        )


class TestNotYet:
    @pytest.mark.parametrize(
        "history", [h.accepted(), h.convened(), h.reviewed(), h.concluded(59), h.publicised(), h.publicity_over()]
    )
    def test_from_acceptance_until_approval(self, history: tuple[Event, ...]) -> None:
        given(decider, history).when(NOT_YET).then(
            events.NotYetConfirmed(case_id=h.CASE, reasons="服务链条尚不完整", decided_by="lead-1")
        ).again().then()

    def test_not_before_acceptance_not_after_approval_not_without_reasons(self) -> None:
        given(decider, h.opened()).when(NOT_YET).refused(rules.CASE_IS_ACCEPTED)
        given(decider, h.approved()).when(NOT_YET).refused(rules.CASE_IS_OPEN)
        given(decider, h.accepted()).when(replace(NOT_YET, reasons="")).refused(rules.REASONS_ARE_GIVEN)
        by_county = replace(NOT_YET, context=context(h.COUNTY))
        given(decider, h.accepted()).when(by_county).refused(rules.OFFICER_OF_PROVINCE)


class TestWithdrawal:
    @pytest.mark.parametrize("history", [h.opened(), h.noticed(), h.convened(), h.publicised()])
    def test_ends_the_review_at_any_time_before_the_decision(self, history: tuple[Event, ...]) -> None:
        given(decider, history).when(DISCONTINUE).then(
            events.ReviewDiscontinued(case_id=h.CASE, reason="申请人撤回")
        ).again().then()

    def test_changes_nothing_where_there_is_no_review_any_more_or_yet(self) -> None:
        given(decider).when(DISCONTINUE).then()
        given(decider, h.approved()).when(DISCONTINUE).then()

    def test_by_the_event_alone(self) -> None:
        by_hand = replace(DISCONTINUE, context=context(h.OFFICER))
        given(decider, h.opened()).when(by_hand).refused(rules.SYSTEM_DOES_THIS)


class TestAfterTheEnd:
    @pytest.mark.parametrize(
        "command", [h.judge("service_coverage", met=False), h.object_(), h.convene(tuple(map(h.expert, range(20, 25))))]
    )
    def test_a_case_that_has_ended_takes_no_further_steps(self, command: CaseCommand) -> None:
        given(decider, h.approved()).when(command).refused(rules.CASE_IS_OPEN)

    def test_a_fact_recorded_before_is_still_only_repeated(self) -> None:
        given(decider, h.approved()).when(h.accept()).then()
        given(decider, h.approved()).when(h.submit("e1")).then()

    @pytest.mark.parametrize("command", [h.end_publicity(), h.receive_correction()])
    def test_a_late_deadline_or_event_changes_nothing(self, command: CaseCommand) -> None:
        given(decider, h.history(DISCONTINUE, since=h.noticed())).when(command).then()


class TestCorrectionOfTheRecord:
    @pytest.mark.parametrize("history", [h.opened(), h.convened(), h.approved()])
    def test_names_what_it_corrects_why_and_on_whose_word(self, history: tuple[Event, ...]) -> None:
        corrected = given(decider, history).when(h.correct_record())
        corrected.then_kinds(events.RecordCorrected).again().then()

    @pytest.mark.parametrize("field", ["field", "now", "why", "on_word_of"])
    def test_leaves_nothing_out(self, field: str) -> None:
        blank = replace(h.correct_record(), **{field: " "})  # type: ignore[arg-type]
        given(decider, h.opened()).when(blank).refused(rules.RECORD_IS_CORRECTED_ON_SOMEBODYS_WORD, field=field)

    def test_of_an_event_of_this_case(self) -> None:
        elsewhere = replace(h.correct_record(), recorded=None)
        given(decider, h.opened()).when(elsewhere).refused(rules.CORRECTED_EVENT_IS_OF_THIS_CASE)

    def test_by_an_officer_in_a_case_that_there_is(self) -> None:
        by_county = replace(h.correct_record(), context=context(h.COUNTY))
        given(decider, h.opened()).when(by_county).refused(rules.OFFICER_OF_PROVINCE)
        given(decider).when(h.correct_record()).refused(rules.CASE_IS_KNOWN)
