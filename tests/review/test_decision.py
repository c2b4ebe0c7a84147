"""The approval, not yet, withdrawal, and corrections of the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce

import pytest

from services.review import rules
from services.review.case import decider, proposing
from services.review.case.commands import CaseCommand
from services.review.case.state import Stage
from shared.contracts import review as events
from shared.contracts.core import Event, Principal, Refusal, Rule
from shared.programme import unique
from shared.programme.acting import decided
from shared.programme.remedies import remedies
from shared.programme.unique import Elsewhere, LiveTitle, NumberUse
from shared.programme.vocabulary import NumberedAct, ProposedDecision
from tests.review import histories as h
from tests.specification import context, given

NOT_YET = h.not_yet()
NOT_YET_DELEGATED = frozenset({"review.ConfirmNotYet"})
DISCONTINUE = h.discontinue()


def state_of(history: tuple[Event, ...]) -> Stage:
    """Where a case stands after these events."""
    return reduce(decider.evolve, history, decider.initial)


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

    @pytest.mark.parametrize(
        ("number", "rule"),
        [
            ("", unique.NUMBER_IS_WELL_FORMED),
            ("112号", unique.NUMBER_IS_WELL_FORMED),
            ("吉科发专〔2018】112号", unique.NUMBER_IS_WELL_FORMED),
            ("吉科发专〔2017〕112号", unique.NUMBER_IS_OF_ITS_YEAR),
            ("吉财发〔2018〕112号", unique.NUMBER_BEARS_THE_OFFICES_PREFIX),
        ],
    )
    def test_its_number_is_well_formed_the_offices_and_of_its_year(self, number: str, rule: Rule) -> None:
        given(decider, h.publicity_over()).when(h.approve(number)).refused(rule, field="document_number")

    def test_its_number_is_that_of_no_other_decision(self) -> None:
        """Not even of this case's: a revocation has its own."""
        used = NumberUse("吉科发专〔2018〕112号", NumberedAct.APPROVAL, "another", date(2018, 7, 2), "船营区")
        revocation = replace(used, act=NumberedAct.REVOCATION, case_id=h.CASE)
        for other in (used, revocation):
            approve = replace(h.approve("吉科发专【2018】112号"), elsewhere=Elsewhere(numbers=(other,)))
            refused = given(decider, h.publicity_over()).when(approve)
            refused.refused(unique.NUMBER_IS_USED_ONCE, field="document_number")
        own = replace(h.approve(), elsewhere=Elsewhere(numbers=(replace(used, case_id=h.CASE),)))
        given(decider, h.publicity_over()).when(own).then_kinds(events.DesignationApproved)

    def test_its_county_holds_no_title_yet(self) -> None:
        held = Elsewhere(titles=(LiveTitle("another", "九台区", date(2018, 7, 2)),))
        given(decider, h.publicity_over()).when(replace(h.approve(), elsewhere=held)).refused(unique.ONE_LIVE_TITLE)

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
            events.NotYetConfirmed(
                case_id=h.CASE,
                document_number="吉科发专〔2018〕91号",
                reasons="服务链条尚不完整",
                remedies=remedies(h.POLICY),
                decided_by="lead-1",
            )
        ).again().then()

    def test_not_before_acceptance_not_after_approval_not_without_reasons(self) -> None:
        given(decider, h.opened()).when(NOT_YET).refused(rules.CASE_IS_ACCEPTED)
        given(decider, h.approved()).when(NOT_YET).refused(rules.CASE_IS_OPEN)
        given(decider, h.accepted()).when(replace(NOT_YET, reasons="")).refused(rules.REASONS_ARE_GIVEN)
        for who in (h.COUNTY, h.OFFICER):
            by_another = replace(NOT_YET, context=context(who, "2018-08-29"))
            given(decider, h.accepted()).when(by_another).refused(rules.LEAD_OF_PROVINCE)

    @pytest.mark.parametrize(
        ("number", "rule"),
        [
            ("", unique.NUMBER_IS_WELL_FORMED),
            ("91号", unique.NUMBER_IS_WELL_FORMED),
            ("吉科发专〔2017〕91号", unique.NUMBER_IS_OF_ITS_YEAR),
        ],
    )
    def test_its_number_is_well_formed_and_of_its_year(self, number: str, rule: Rule) -> None:
        refused = given(decider, h.accepted()).when(h.not_yet(number=number))
        refused.refused(rule, field="document_number")

    def test_its_number_is_that_of_no_other_decision(self) -> None:
        used = NumberUse(h.not_yet().document_number, NumberedAct.REFUSAL, "another", date(2018, 7, 2))
        taken = replace(h.not_yet(), elsewhere=Elsewhere(numbers=(used,)))
        given(decider, h.accepted()).when(taken).refused(unique.NUMBER_IS_USED_ONCE, field="document_number")

    def test_its_remedies_name_organ_court_and_times(self) -> None:
        (decided,) = given(decider, h.accepted()).when(NOT_YET).events
        assert isinstance(decided, events.NotYetConfirmed)
        assert "60日内依法向吉林省人民政府申请行政复议" in decided.remedies
        assert "6个月内依法向有管辖权的人民法院提起行政诉讼" in decided.remedies


BY_THE_LEAD_ALONE = h.history(replace(h.accept(), context=context(h.LEAD, "2018-06-25")), since=h.opened())


class TestTwoPairsOfEyes:
    def test_nobody_decides_what_they_examined_alone(self) -> None:
        case = given(decider, BY_THE_LEAD_ALONE)
        case.when(NOT_YET).refused(rules.EXAMINED_AND_DECIDED_BY_SEVERAL)
        own = h.history(h.propose(ProposedDecision.NOT_YET, h.LEAD), since=BY_THE_LEAD_ALONE)
        given(decider, own).when(NOT_YET).refused(rules.EXAMINED_AND_DECIDED_BY_SEVERAL)

    @pytest.mark.parametrize("by_a_colleague", [h.propose(ProposedDecision.NOT_YET), h.judge("service_coverage")])
    def test_a_colleagues_proposal_or_judgement_is_the_other_pair(self, by_a_colleague: CaseCommand) -> None:
        given(decider, h.history(by_a_colleague, since=BY_THE_LEAD_ALONE)).when(NOT_YET).then_kinds(
            events.NotYetConfirmed
        )

    def test_an_approval_too(self) -> None:
        history = tuple(
            replace(event, accepted_by="lead-1")
            if isinstance(event, events.ApplicationAccepted)
            else replace(event, given_by="lead-1")
            if isinstance(event, events.JudgementGiven)
            else event
            for event in h.publicity_over()
        )
        given(decider, history).when(h.approve()).refused(rules.EXAMINED_AND_DECIDED_BY_SEVERAL)
        proposed = h.history(h.propose(ProposedDecision.APPROVAL, on="2018-08-27"), since=history)
        given(decider, proposed).when(h.approve()).then_kinds(events.DesignationApproved)

    def test_not_by_the_hands_of_who_examined_it(self) -> None:
        """The officer who accepted it acts for the lead."""
        acting = replace(h.OFFICER, roles=h.LEAD.roles, principal=Principal("lead-1", "负责人", NOT_YET_DELEGATED))
        outcome = decided(decider, state_of(h.accepted()), replace(NOT_YET, context=context(acting, "2018-08-29")))
        assert isinstance(outcome, Refusal)
        assert outcome.rule is rules.EXAMINED_AND_DECIDED_BY_SEVERAL

    def test_as_many_as_the_policy_of_the_day_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        case = given(decider, h.accepted())
        for persons, enough in ((1, True), (2, True), (3, False)):
            law = replace(h.POLICY, deciding_persons_min=persons)
            monkeypatch.setattr(proposing, "policy_in_force", lambda _, law=law: law)
            then = case.when(NOT_YET)
            if enough:
                then.then_kinds(events.NotYetConfirmed)
            else:
                then.refused(rules.EXAMINED_AND_DECIDED_BY_SEVERAL)


class TestProposing:
    def test_says_what_why_and_who_and_the_last_holds(self) -> None:
        proposed = given(decider, h.opened()).when(h.propose(ProposedDecision.REFUSAL))
        proposed.then(
            events.DecisionProposed(
                case_id=h.CASE,
                decision=ProposedDecision.REFUSAL,
                opinion="建议如此决定",
                proposed_by="officer-1",
            )
        ).again().then()
        other = h.history(h.propose(ProposedDecision.REFUSAL, opinion="另有理由"), since=h.proposed())
        given(decider, other).when(h.propose(ProposedDecision.REFUSAL)).then_kinds(events.DecisionProposed)

    def test_only_what_can_be_decided_as_the_case_stands(self) -> None:
        given(decider, h.opened()).when(h.propose(ProposedDecision.NOT_YET)).refused(
            rules.CASE_IS_ACCEPTED, field="decision"
        )
        given(decider, h.accepted()).when(h.propose(ProposedDecision.REFUSAL)).refused(
            rules.EXAMINATION_IS_UNDER_WAY, field="decision"
        )
        given(decider, h.approved()).when(h.propose(ProposedDecision.NOT_YET)).refused(rules.CASE_IS_OPEN)

    def test_only_by_an_officer_who_has_no_part_in_it_and_with_an_opinion(self) -> None:
        case = given(decider, h.opened())
        case.when(h.propose(ProposedDecision.REFUSAL, h.COUNTY)).refused(rules.OFFICER_OF_PROVINCE)
        own = replace(h.OFFICER, subject="city-clerk")
        case.when(h.propose(ProposedDecision.REFUSAL, own)).refused(rules.NOBODY_DECIDES_OWN_FILING)
        case.when(h.propose(ProposedDecision.REFUSAL, opinion=" ")).refused(rules.REASONS_ARE_GIVEN, field="opinion")


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
