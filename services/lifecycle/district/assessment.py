"""The assessment at the end of a cycle, and the title that is kept by it (四（六）)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from services.lifecycle import rules
from services.lifecycle.district.commands import (
    ConcludeAssessment,
    DeclareAssessmentOverdue,
    OpenAssessment,
    RecommendNationally,
    RetainTitle,
)
from services.lifecycle.district.cycle import next_cycle
from services.lifecycle.district.permission import is_system
from services.lifecycle.district.reports import reports_grown_late
from services.lifecycle.district.state import (
    Assessed,
    District,
    InTerm,
    Reassessed,
    Standing,
    UnderAssessment,
    after,
)
from shared.contracts.core import Event, Outcome, Refusal
from shared.contracts.lifecycle import (
    AssessmentConcluded,
    AssessmentOpened,
    AssessmentOverdue,
    Grade,
    NationalRecommendationMade,
    TitleRetained,
)
from shared.contracts.refusing import first, unless
from shared.programme.dates.term import assessment_opens
from shared.programme.policy import policy
from shared.programme.scoring import assessment_score, is_mark

AssessmentCommand: TypeAlias = (
    OpenAssessment | DeclareAssessmentOverdue | ConcludeAssessment | RecommendNationally | RetainTitle
)


def decide_assessment(state: Standing, command: AssessmentCommand) -> Outcome:
    """What comes of a command about the assessment and what it leads to."""
    match command:
        case OpenAssessment():
            return _open(state, command)
        case DeclareAssessmentOverdue():
            return _overdue(state, command)
        case ConcludeAssessment():
            return _conclude(state, command)
        case RecommendNationally():
            return _recommend(state, command)
        case RetainTitle():
            return _retain(state, command)


def points_between(points: Decimal, field: str) -> Refusal | None:
    """Refuses points that do not lie between 0 and 100."""
    return unless(is_mark(points), rules.POINTS_IN_RANGE, field=field)


def _opened(state: Standing, on: date) -> tuple[AssessmentOpened, ...]:
    """The opening, where the cycle runs and its time has come."""
    district = state.district
    opens = assessment_opens(district.term, policy(district.policy_version))
    if not isinstance(state, InTerm) or on < opens:
        return ()
    return (AssessmentOpened(case_id=district.case_id, cycle=district.cycle, last_day=district.last_day),)


def _open(state: Standing, command: OpenAssessment) -> Outcome:
    opened = _opened(state, command.context.effective_on)
    if opened or is_system(command.context) or isinstance(state, UnderAssessment):
        return opened
    return Refusal(rules.ASSESSMENT_IN_TIME, state.district.last_day.isoformat())


def _overdue(state: Standing, command: DeclareAssessmentOverdue) -> Outcome:
    district, on = state.district, command.context.effective_on
    waiting = isinstance(state, InTerm) or (isinstance(state, UnderAssessment) and not state.overdue)
    if not waiting or district.cycle != command.cycle or on <= district.last_day:
        return ()
    overdue = AssessmentOverdue(case_id=district.case_id, cycle=district.cycle, last_day=district.last_day)
    return (*_opened(state, on), overdue)


def _conclude(state: Standing, command: ConcludeAssessment) -> Outcome:
    on = command.context.effective_on
    refusal = first(
        points_between(command.thinking, "thinking"),
        points_between(command.practice, "practice"),
        unless(bool(command.evidence), rules.EVIDENCE_NAMED, field="evidence"),
        unless(not command.unknown_events, rules.EVIDENCE_NAMED, _ids(command), field="evidence"),
    )
    if refusal:
        return refusal
    opened = _opened(state, on)
    if not opened and _is_concluded_so(state, command):
        return ()
    by_now: tuple[Event, ...] = (*reports_grown_late(state.district, on), *opened)
    state_by_now = after(state, by_now)
    if not isinstance(state_by_now, UnderAssessment):
        return Refusal(rules.ASSESSMENT_IS_OPEN)
    conclusion = _conclusion(state_by_now.district, command)
    kept = (_retained(state_by_now.district, on),) if conclusion.grade is Grade.EXCELLENT else ()
    return (*by_now, conclusion, *kept)


def _ids(command: ConcludeAssessment) -> str:
    return ", ".join(str(one) for one in command.unknown_events)


def _is_concluded_so(state: Standing, command: ConcludeAssessment) -> bool:
    match state:
        case Assessed(conclusion=conclusion) | InTerm(kept_by=AssessmentConcluded() as conclusion):
            given = (command.thinking, command.practice, command.evidence)
            return (conclusion.thinking, conclusion.practice, conclusion.evidence) == given
        case _:
            return False


def _conclusion(district: District, command: ConcludeAssessment) -> AssessmentConcluded:
    unweighed = [report for report in district.reports if not report.weighed]
    late = tuple(report.year for report in unweighed if report.late)
    missed = tuple(report.year for report in unweighed if report.missed)
    result = assessment_score(
        thinking=command.thinking,
        practice=command.practice,
        missed_reports=len(missed),
        late_reports=len(late),
        policy=policy(district.policy_version),
    )
    return AssessmentConcluded(
        case_id=district.case_id,
        cycle=district.cycle,
        thinking=command.thinking,
        practice=command.practice,
        deduction=result.deduction,
        score=result.final,
        grade=result.grade,
        late_years=late,
        missed_years=missed,
        evidence=command.evidence,
        assessed_by=command.context.actor.subject,
    )


def _retained(district: District, on: date) -> TitleRetained:
    cycle = next_cycle(district.term, on, policy(district.policy_version))
    return TitleRetained(
        case_id=district.case_id,
        cycle=district.cycle + 1,
        first_day=cycle.first_day,
        last_day=cycle.last_day,
        reports=cycle.reports,
        policy_version=district.policy_version,
    )


def _retain(state: Standing, command: RetainTitle) -> Outcome:
    match state:
        case InTerm(kept_by=AssessmentConcluded()):
            return ()
        case Assessed(conclusion=AssessmentConcluded(grade=Grade.QUALIFIED)):
            return (_retained(state.district, command.context.effective_on),)
        case Reassessed(result=result) if result.passed:
            return (_retained(state.district, command.context.effective_on),)
        case _:
            return Refusal(rules.TITLE_EARNED)


def _recommend(state: Standing, command: RecommendNationally) -> Outcome:
    match state:
        case InTerm(kept_by=AssessmentConcluded(grade=Grade.EXCELLENT) as conclusion):
            pass
        case _:
            return Refusal(rules.RECOMMENDED_IF_EXCELLENT)
    if state.recommended:
        return ()
    district = state.district
    return (
        NationalRecommendationMade(
            case_id=district.case_id,
            zone=policy(district.policy_version).national_pilot_name,
            cycle=conclusion.cycle,
            recommended_by=command.context.actor.subject,
        ),
    )
