"""Formal examination: receipt, the alert, acceptance or its refusal, and the conditions of 四（二）."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.state import Accepted, CaseFile, Correcting, Examining, OnFile, Publicised
from shared.contracts import review as events
from shared.contracts.core import Outcome, Reason, Refusal
from shared.contracts.refusing import first, unless
from shared.programme import eligibility
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy


def open_case(command: commands.OpenCase) -> Outcome:
    """The packet is received; the formal examination is due."""
    filing = command.filing
    days = policy(filing.policy_version).formal_examination_working_days
    return (
        events.CaseOpened(
            case_id=filing.case_id,
            filed_on=filing.filed_on,
            place=filing.place,
            county_unit=filing.county_unit,
            key_unit=filing.key_unit,
            form=filing.form,
            attachments=filing.attachments,
            seals=filing.seals,
            packet_sha256=filing.packet_sha256,
            paper=filing.paper,
            defects=filing.defects,
            filed_by=filing.filed_by,
            policy_version=filing.policy_version,
            formal_examination_due=calendar(command.context.calendar).add_working_days(filing.filed_on, days),
        ),
    )


def open_again(state: OnFile, command: commands.OpenCase) -> Outcome:
    """The filing that opened a case may arrive once more; another may not."""
    same = state.file.first_packet_sha256 == command.filing.packet_sha256
    return unless(same, rules.CASE_IS_OPENED_ONCE) or ()


def raise_alert(state: OnFile, command: commands.RaiseExaminationAlert) -> Outcome:
    """An alert when the examination that was due on that day is still under way."""
    if not isinstance(state, Examining) or state.alerted or state.due.on != command.due_on:
        return ()
    return (events.FormalExaminationOverdue(case_id=state.file.case_id, due=state.due),)


def accept(state: OnFile, command: commands.Accept) -> Outcome:
    """Accepted, and every condition of 四（二） assessed and explained."""
    if isinstance(state, Accepted):
        return ()
    refusal = first(
        unless(not isinstance(state, Correcting), rules.CORRECTIONS_ARE_TOLD_AT_ONCE),
        _out_of_order(state.file),
    )
    if refusal:
        return refusal
    present = frozenset(attachment.kind for attachment in state.file.packet.attachments)
    report = eligibility.assess(state.file.packet.form, present, state.file.policy)
    case_id = state.file.case_id
    return (
        events.ApplicationAccepted(case_id=case_id, accepted_by=command.context.actor.subject),
        events.EligibilityAssessed(case_id=case_id, conditions=report.conditions, eligible=report.eligible),
    )


def _out_of_order(file: CaseFile) -> Refusal | None:
    reasons = tuple(
        Reason(error.field, error.rule, error.clause, error.message_en, error.message_zh)
        for error in file.packet.open_errors(file.policy)
    )
    return Refusal(rules.PACKET_IS_IN_ORDER, reasons=reasons) if reasons else None


def refuse_acceptance(state: OnFile, command: commands.RefuseAcceptance) -> Outcome:
    """Not accepted, with reasons; not while the time to correct still runs."""
    if isinstance(state, Correcting) and not state.lapsed:
        return Refusal(rules.TIME_TO_CORRECT_RUNS_OUT_FIRST, state.notices[-1].due.on.isoformat())
    reasons_say_why = all(reason.message.strip() or reason.message_zh.strip() for reason in command.reasons)
    return first(
        unless(isinstance(state, Examining | Correcting), rules.EXAMINATION_IS_UNDER_WAY),
        unless(bool(command.reasons) and reasons_say_why, rules.REASONS_ARE_GIVEN, field="reasons"),
    ) or (events.AcceptanceRefused(case_id=state.file.case_id, reasons=command.reasons),)


def give_judgement(state: OnFile, command: commands.GiveJudgement) -> Outcome:
    """A person's word on a condition that no rule decides."""
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    condition = state.assessment.condition(command.condition)
    if condition is None:
        return Refusal(rules.CONDITION_IS_KNOWN, command.condition, "condition")
    by_a_person = condition.outcome is eligibility.Compliance.NEEDS_JUDGEMENT
    refusal = first(
        unless(by_a_person, rules.CONDITION_NEEDS_JUDGEMENT, command.condition, field="condition"),
        unless(bool(command.reason.strip()), rules.REASONS_ARE_GIVEN, field="reason"),
    )
    if refusal:
        return refusal
    given_by = command.context.actor.subject
    holding = state.assessment.judgement(command.condition)
    if holding and (holding.met, holding.reason, holding.given_by) == (command.met, command.reason, given_by):
        return ()
    return unless(not isinstance(state, Publicised), rules.JUDGEMENT_PRECEDES_PUBLICITY) or (
        events.JudgementGiven(
            case_id=state.file.case_id,
            condition=command.condition,
            met=command.met,
            reason=command.reason,
            given_by=given_by,
        ),
    )
