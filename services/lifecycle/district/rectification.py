"""Rectification: ordered, extended once, reported or lapsed, and assessed again (四（六）2)."""

from __future__ import annotations

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.checks import points_in_range, text_given, uploaded
from services.lifecycle.district.cycle import rectification_due
from services.lifecycle.district.state import Assessed, Hearing, Reassessed, Rectifying, Standing
from shared.contracts import lifecycle as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.lifecycle import Grade
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy
from shared.programme.scoring import assessment_score


def order(state: Standing, command: commands.OrderRectification) -> Outcome:
    """Order an unqualified district to rectify within months of the order."""
    law = policy(state.district.policy_version)
    months = law.rectification_months if command.months is None else command.months
    shortest, longest = law.rectification_months_min, law.rectification_months_max
    refusal = first(
        text_given(command.requirements, "requirements"),
        unless(shortest <= months <= longest, rules.MONTHS_ALLOWED, f"{shortest}-{longest}", field="months"),
    )
    if refusal:
        return refusal
    if isinstance(state, Rectifying) and _is_ordered_so(state.order, months, command.requirements):
        return ()
    if not isinstance(state, Assessed) or state.conclusion.grade is not Grade.UNQUALIFIED:
        return Refusal(rules.UNQUALIFIED_FIRST)
    on = command.context.effective_on
    return (
        events.RectificationOrdered(
            case_id=state.district.case_id,
            ordered_on=on,
            months=months,
            due=rectification_due(on, months, calendar(command.context.calendar)),
            requirements=command.requirements,
        ),
    )


def extend(state: Standing, command: commands.ExtendRectification) -> Outcome:
    """Give more months, counted from the day that was the last, as often as the policy allows."""
    law = policy(state.district.policy_version)
    longest = law.rectification_extension_months_max
    refusal = first(
        text_given(command.reason, "reason"),
        unless(1 <= command.months <= longest, rules.MONTHS_ALLOWED, f"1-{longest}", field="months"),
    )
    if refusal:
        return refusal
    if not isinstance(state, Rectifying) or _is_over(state, command):
        return Refusal(rules.RECTIFYING)
    if any((known.months, known.reason) == (command.months, command.reason) for known in state.extensions):
        return ()
    if len(state.extensions) >= law.rectification_extensions_max:
        return Refusal(rules.EXTENDED_ONCE)
    return (
        events.RectificationExtended(
            case_id=state.district.case_id,
            due=rectification_due(state.due.on, command.months, calendar(command.context.calendar)),
            months=command.months,
            reason=command.reason,
        ),
    )


def report(state: Standing, command: commands.FileRectificationReport) -> Outcome:
    """File the district's report that it rectified, within its time."""
    if refusal := text_given(command.text, "text"):
        return refusal
    if not isinstance(state, Rectifying):
        return Refusal(rules.RECTIFYING)
    if state.report and (state.report.text, state.report.documents) == (command.text, command.documents):
        return ()
    if _is_over(state, command):
        return Refusal(rules.RECTIFYING, state.due.on.isoformat())
    return uploaded(command.not_uploaded) or (
        events.RectificationReportFiled(
            case_id=state.district.case_id,
            filed_on=command.context.effective_on,
            text=command.text,
            documents=command.documents,
            filed_by=command.context.actor.subject,
        ),
    )


def lapse(state: Standing, command: commands.LapseRectification) -> Outcome:
    """Record that the time to rectify ran out, where nothing was reported and it was not extended since."""
    if isinstance(state, Rectifying) and state.due.on == command.due < command.context.effective_on:
        return _lapsed(state)
    return ()


def reassess(state: Standing, command: commands.Reassess) -> Outcome:
    """Assess again: after the report or the time to rectify, and after a hearing at which a statement was made."""
    refusal = first(
        points_in_range(command.thinking, "thinking"),
        points_in_range(command.practice, "practice"),
        text_given(command.reasons, "reasons"),
    )
    if refusal:
        return refusal
    result = _result(state, command)
    match state:
        case Reassessed(result=known) if known == result:
            return ()
        case Rectifying() if _is_over(state, command):
            return (*_lapsed(state), result)
        case Hearing(closed=True) if state.statements:
            return (result,)
        case _:
            return Refusal(rules.REASSESSED_AFTER)


def _is_ordered_so(ordered: events.RectificationOrdered, months: int, requirements: str) -> bool:
    return (ordered.months, ordered.requirements) == (months, requirements)


def _is_over(
    state: Rectifying, command: commands.ExtendRectification | commands.FileRectificationReport | commands.Reassess
) -> bool:
    return state.report is not None or state.lapsed or command.context.effective_on > state.due.on


def _lapsed(state: Rectifying) -> tuple[events.RectificationLapsed, ...]:
    if state.lapsed or state.report:
        return ()
    return (events.RectificationLapsed(case_id=state.district.case_id, due=state.due),)


def _result(state: Standing, command: commands.Reassess) -> events.DistrictReassessed:
    """The result. Late and missed reports cost points in the assessment already."""
    result = assessment_score(
        thinking=command.thinking,
        practice=command.practice,
        missed_reports=0,
        late_reports=0,
        policy=policy(state.district.policy_version),
    )
    return events.DistrictReassessed(
        case_id=state.district.case_id,
        thinking=command.thinking,
        practice=command.practice,
        score=result.final,
        passed=result.grade is not Grade.UNQUALIFIED,
        reasons=command.reasons,
        assessed_by=command.context.actor.subject,
    )


__all__ = ["extend", "lapse", "order", "reassess", "report"]
