"""Formal examination: receipt, the one-time notice of corrections, acceptance, and the conditions of 四（二）."""

from __future__ import annotations

from datetime import date

from services.review import rules
from services.review.case import commands as asked
from services.review.case import permission
from services.review.case.packet import Packet, changed_parts, part_of
from services.review.case.stages import (
    Accepted,
    Closed,
    Correcting,
    Examining,
    Notice,
    OnFile,
    Publicised,
    Unopened,
)
from shared.contracts import review as happened
from shared.contracts.core import Due, Outcome, Reason, Refusal
from shared.programme import eligibility
from shared.programme.dates.calendar import standard_calendar
from shared.programme.policy import policy


def working_days_after(start: date, days: int) -> Due:
    """The last day of a time limit of ``days`` working days after ``start``."""
    deadline = standard_calendar().add_working_days(start, days)
    return Due(deadline.on, deadline.provisional)


def open_case(state: Unopened | OnFile, command: asked.OpenCase) -> Outcome:
    """The packet is received; the formal examination is due."""
    if refusal := permission.system(command):
        return refusal
    if isinstance(state, OnFile):
        return () if state.first_packet_sha256 == command.packet_sha256 else Refusal(rules.CASE_IS_OPENED_ONCE)
    days = policy(command.policy_version).formal_examination_working_days
    return (
        happened.CaseOpened(
            case_id=command.case_id,
            filed_on=command.filed_on,
            place=command.place,
            county_unit=command.county_unit,
            key_unit=command.key_unit,
            form=command.form,
            attachments=command.attachments,
            seals=command.seals,
            packet_sha256=command.packet_sha256,
            paper=command.paper,
            defects=command.defects,
            filed_by=command.filed_by,
            policy_version=command.policy_version,
            formal_examination_due=working_days_after(command.filed_on, days),
        ),
    )


def raise_alert(state: OnFile, command: asked.RaiseExaminationAlert) -> Outcome:
    """An alert when the examination that was due on that day is still under way."""
    if refusal := permission.system(command):
        return refusal
    if not isinstance(state, Examining) or state.alerted or state.due.on != command.due_on:
        return ()
    return (happened.FormalExaminationOverdue(case_id=state.case_id, due=state.due),)


def issue_notice(state: OnFile, command: asked.IssueCorrectionNotice) -> Outcome:
    """One notice with everything that is to be corrected."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if isinstance(state, Correcting):
        same = state.notices[-1].items == command.items
        return () if same else Refusal(rules.CORRECTIONS_ARE_TOLD_AT_ONCE)
    if not isinstance(state, Examining):
        return Refusal(rules.EXAMINATION_IS_UNDER_WAY)
    if refusal := _wrong_items(state, command.items):
        return refusal
    due = working_days_after(command.context.effective_on, state.policy.correction_working_days)
    number = len(state.notices) + 1
    return (happened.CorrectionNoticeIssued(case_id=state.case_id, notice_no=number, items=command.items, due=due),)


def _wrong_items(state: Examining, items: tuple[Reason, ...]) -> Refusal | None:
    if not items:
        return Refusal(rules.NOTICE_HAS_ITEMS, field="items")
    for number, item in enumerate(items):
        if part_of(item.field) is None:
            return Refusal(rules.NOTICE_NAMES_A_PART, item.field, f"items.{number}.field")
        if not item.message.strip() and not item.message_zh.strip():
            return Refusal(rules.TEXT_IS_GIVEN, "", f"items.{number}.message")
        if state.notices and _is_new_point(item, state.notices, state.changed_parts):
            return Refusal(rules.NO_NEW_POINT_ON_UNCHANGED_PART, item.field, f"items.{number}.field")
    return None


def _is_new_point(item: Reason, notices: tuple[Notice, ...], changed: frozenset[str]) -> bool:
    told = {(one.field, one.rule) for notice in notices for one in notice.items}
    return part_of(item.field) not in changed and (item.field, item.rule) not in told


def receive_correction(state: OnFile, command: asked.ReceiveCorrection) -> Outcome:
    """The corrected packet replaces the one before; the formal examination is due again."""
    if refusal := permission.system(command):
        return refusal
    if isinstance(state, Closed) or (not isinstance(state, Correcting) and _has_received(state, command)):
        return ()
    if not isinstance(state, Correcting) or state.notices[-1].notice_no != command.notice_no:
        return Refusal(rules.CORRECTION_ANSWERS_A_NOTICE, field="notice_no")
    after = Packet(
        form=command.form,
        county_unit=command.county_unit,
        key_unit=command.key_unit,
        attachments=command.attachments,
        seals=command.seals,
        sha256=command.packet_sha256,
        defects=state.packet.defects,
    )
    return (
        happened.CorrectionReceived(
            case_id=state.case_id,
            notice_no=command.notice_no,
            form=command.form,
            county_unit=command.county_unit,
            key_unit=command.key_unit,
            attachments=command.attachments,
            seals=command.seals,
            packet_sha256=command.packet_sha256,
            changed_parts=changed_parts(state.packet, after),
            filed_by=command.filed_by,
            formal_examination_due=working_days_after(command.filed_on, state.policy.formal_examination_working_days),
        ),
    )


def _has_received(state: OnFile, command: asked.ReceiveCorrection) -> bool:
    return state.packet.sha256 == command.packet_sha256


def lapse_correction(state: OnFile, command: asked.LapseCorrection) -> Outcome:
    """The time to answer ran out. It is recorded; nothing is refused by it."""
    if refusal := permission.system(command):
        return refusal
    if not isinstance(state, Correcting) or state.lapsed or state.notices[-1].due.on != command.due_on:
        return ()
    last = state.notices[-1]
    return (happened.CorrectionOverdue(case_id=state.case_id, notice_no=last.notice_no, due=last.due),)


def accept(state: OnFile, command: asked.Accept) -> Outcome:
    """Accepted, and every condition of 四（二） assessed and explained."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if isinstance(state, Accepted):
        return ()
    if isinstance(state, Correcting):
        return Refusal(rules.CORRECTIONS_ARE_TOLD_AT_ONCE)
    if wrong := state.packet.open_errors(state.policy):
        reasons = tuple(Reason(one.field, one.rule, one.clause, one.message_en, one.message_zh) for one in wrong)
        return Refusal(rules.PACKET_IS_IN_ORDER, reasons=reasons)
    present = frozenset(one.kind for one in state.packet.attachments)
    report = eligibility.assess(state.packet.form, present, state.policy)
    return (
        happened.ApplicationAccepted(case_id=state.case_id, accepted_by=command.context.actor.subject),
        happened.EligibilityAssessed(case_id=state.case_id, conditions=report.conditions, eligible=report.eligible),
    )


def refuse_acceptance(state: OnFile, command: asked.RefuseAcceptance) -> Outcome:
    """Not accepted, with reasons; not while the time to correct still runs."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if isinstance(state, Correcting) and not state.lapsed:
        return Refusal(rules.TIME_TO_CORRECT_RUNS_OUT_FIRST, state.notices[-1].due.on.isoformat())
    if not isinstance(state, Examining | Correcting):
        return Refusal(rules.EXAMINATION_IS_UNDER_WAY)
    if not command.reasons or not all(one.message.strip() or one.message_zh.strip() for one in command.reasons):
        return Refusal(rules.REASONS_ARE_GIVEN, field="reasons")
    return (happened.AcceptanceRefused(case_id=state.case_id, reasons=command.reasons),)


def give_judgement(state: OnFile, command: asked.GiveJudgement) -> Outcome:
    """A person's word on a condition that no rule decides."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    condition = state.condition(command.condition)
    if condition is None:
        return Refusal(rules.CONDITION_IS_KNOWN, command.condition, "condition")
    if condition.outcome is not eligibility.Outcome.NEEDS_JUDGEMENT:
        return Refusal(rules.CONDITION_NEEDS_JUDGEMENT, command.condition, "condition")
    if not command.reason.strip():
        return Refusal(rules.REASONS_ARE_GIVEN, field="reason")
    given_by = command.context.actor.subject
    standing = state.judgement(command.condition)
    if standing and (standing.met, standing.reason, standing.given_by) == (command.met, command.reason, given_by):
        return ()
    if isinstance(state, Publicised):
        return Refusal(rules.JUDGEMENT_PRECEDES_PUBLICITY)
    return (
        happened.JudgementGiven(
            case_id=state.case_id,
            condition=command.condition,
            met=command.met,
            reason=command.reason,
            given_by=given_by,
        ),
    )
