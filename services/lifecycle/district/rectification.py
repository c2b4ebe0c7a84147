"""Rectification: ordered, extended once, reported or lapsed, and assessed again (四（六）2)."""

from __future__ import annotations

from typing import TypeAlias

from services.lifecycle import rules
from services.lifecycle.district.assessment import points_between
from services.lifecycle.district.commands import (
    ExtendRectification,
    FileRectificationReport,
    LapseRectification,
    OrderRectification,
    Reassess,
)
from services.lifecycle.district.cycle import rectification_due
from services.lifecycle.district.permission import said, uploaded
from services.lifecycle.district.state import Assessed, Hearing, Reassessed, Rectifying, Standing
from shared.contracts.core import Outcome, Refusal
from shared.contracts.lifecycle import (
    DistrictReassessed,
    Grade,
    RectificationExtended,
    RectificationLapsed,
    RectificationOrdered,
    RectificationReportFiled,
)
from shared.contracts.refusing import first, unless
from shared.programme.policy import policy
from shared.programme.scoring import assessment_score

RectificationCommand: TypeAlias = (
    OrderRectification | ExtendRectification | FileRectificationReport | LapseRectification | Reassess
)


def decide_rectification(state: Standing, command: RectificationCommand) -> Outcome:
    """What comes of a command about rectification."""
    match command:
        case OrderRectification():
            return _order(state, command)
        case ExtendRectification():
            return _extend(state, command)
        case FileRectificationReport():
            return _report(state, command)
        case LapseRectification():
            return _lapse(state, command)
        case Reassess():
            return _reassess(state, command)


def _order(state: Standing, command: OrderRectification) -> Outcome:
    law = policy(state.district.policy_version)
    months = law.rectification_months if command.months is None else command.months
    shortest, longest = law.rectification_months_min, law.rectification_months_max
    refusal = first(
        said(command.requirements, "requirements"),
        unless(shortest <= months <= longest, rules.MONTHS_ALLOWED, f"{shortest}-{longest}", field="months"),
    )
    if refusal:
        return refusal
    if isinstance(state, Rectifying) and (state.order.months, state.order.requirements) == (
        months,
        command.requirements,
    ):
        return ()
    if not isinstance(state, Assessed) or state.conclusion.grade is not Grade.UNQUALIFIED:
        return Refusal(rules.UNQUALIFIED_FIRST)
    on = command.context.effective_on
    return (
        RectificationOrdered(
            case_id=state.district.case_id,
            ordered_on=on,
            months=months,
            due=rectification_due(on, months),
            requirements=command.requirements,
        ),
    )


def _extend(state: Standing, command: ExtendRectification) -> Outcome:
    law = policy(state.district.policy_version)
    longest = law.rectification_extension_months_max
    refusal = first(
        said(command.reason, "reason"),
        unless(1 <= command.months <= longest, rules.MONTHS_ALLOWED, f"1-{longest}", field="months"),
    )
    if refusal:
        return refusal
    if not isinstance(state, Rectifying) or _is_over(state, command):
        return Refusal(rules.RECTIFYING)
    if any((one.months, one.reason) == (command.months, command.reason) for one in state.extensions):
        return ()
    if len(state.extensions) >= law.rectification_extensions_max:
        return Refusal(rules.EXTENDED_ONCE)
    return (
        RectificationExtended(
            case_id=state.district.case_id,
            due=rectification_due(state.due.on, command.months),
            months=command.months,
            reason=command.reason,
        ),
    )


def _is_over(state: Rectifying, command: ExtendRectification | FileRectificationReport) -> bool:
    return state.report is not None or state.lapsed or command.context.effective_on > state.due.on


def _report(state: Standing, command: FileRectificationReport) -> Outcome:
    refusal = said(command.text, "text")
    if refusal:
        return refusal
    if not isinstance(state, Rectifying):
        return Refusal(rules.RECTIFYING)
    if state.report and (state.report.text, state.report.documents) == (command.text, command.documents):
        return ()
    if _is_over(state, command):
        return Refusal(rules.RECTIFYING, state.due.on.isoformat())
    return uploaded(command.not_uploaded) or (
        RectificationReportFiled(
            case_id=state.district.case_id,
            filed_on=command.context.effective_on,
            text=command.text,
            documents=command.documents,
            filed_by=command.context.actor.subject,
        ),
    )


def _lapse(state: Standing, command: LapseRectification) -> Outcome:
    if isinstance(state, Rectifying) and state.due.on == command.due and command.context.effective_on > command.due:
        return _lapsed(state)
    return ()


def _lapsed(state: Rectifying) -> tuple[RectificationLapsed, ...]:
    if state.lapsed or state.report:
        return ()
    return (RectificationLapsed(case_id=state.district.case_id, due=state.due),)


def _reassess(state: Standing, command: Reassess) -> Outcome:
    refusal = first(
        points_between(command.thinking, "thinking"),
        points_between(command.practice, "practice"),
        said(command.reasons, "reasons"),
    )
    if refusal:
        return refusal
    result = _result(state, command)
    match state:
        case Reassessed(result=known) if known == result:
            return ()
        case Rectifying() if state.report or state.lapsed or command.context.effective_on > state.due.on:
            return (*_lapsed(state), result)
        case Hearing(closed=True) if state.statements:
            return (result,)
        case _:
            return Refusal(rules.REASSESSED_AFTER)


def _result(state: Standing, command: Reassess) -> DistrictReassessed:
    """The result. What reports were late cost points in the assessment already."""
    result = assessment_score(
        thinking=command.thinking,
        practice=command.practice,
        missed_reports=0,
        late_reports=0,
        policy=policy(state.district.policy_version),
    )
    return DistrictReassessed(
        case_id=state.district.case_id,
        thinking=command.thinking,
        practice=command.practice,
        score=result.final,
        passed=result.grade is not Grade.UNQUALIFIED,
        reasons=command.reasons,
        assessed_by=command.context.actor.subject,
    )
