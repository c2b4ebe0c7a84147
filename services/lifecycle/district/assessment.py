"""The assessment at the end of a cycle, and the title that is kept by it (四（六）)."""

from __future__ import annotations

from datetime import date

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.checks import points_in_range
from services.lifecycle.district.cycle import next_cycle
from services.lifecycle.district.evolve import after
from services.lifecycle.district.permission import is_system
from services.lifecycle.district.reports import reports_grown_late
from services.lifecycle.district.state import Assessed, District, InTerm, Reassessed, Standing, UnderAssessment
from shared.contracts import lifecycle as events
from shared.contracts.core import Context, Event, Outcome, Refusal
from shared.contracts.lifecycle import Grade
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.dates.term import assessment_opens
from shared.programme.policy import policy, policy_in_force
from shared.programme.scoring import assessment_score


def open_when_due(state: Standing, command: commands.OpenAssessment) -> Outcome:
    """Open the assessment once its time has come; the calendar asks without being refused."""
    opened = _opened(state, command.context.effective_on)
    if opened or is_system(command.context) or isinstance(state, UnderAssessment):
        return opened
    return Refusal(rules.ASSESSMENT_IN_TIME, state.district.last_day.isoformat())


def declare_overdue(state: Standing, command: commands.DeclareAssessmentOverdue) -> Outcome:
    """Alert that a cycle ended without its assessment, once."""
    district, on = state.district, command.context.effective_on
    waiting = isinstance(state, InTerm) or (isinstance(state, UnderAssessment) and not state.overdue)
    if not waiting or district.cycle != command.cycle or on <= district.last_day:
        return ()
    overdue = events.AssessmentOverdue(case_id=district.case_id, cycle=district.cycle, last_day=district.last_day)
    return (*_opened(state, on), overdue)


def conclude(state: Standing, command: commands.ConcludeAssessment) -> Outcome:
    """Conclude the assessment; an excellent district keeps its title at once."""
    on = command.context.effective_on
    unknown = ", ".join(str(event_id) for event_id in command.unknown_events)
    refusal = first(
        points_in_range(command.thinking, "thinking"),
        points_in_range(command.practice, "practice"),
        unless(bool(command.evidence), rules.EVIDENCE_NAMED, field="evidence"),
        unless(not unknown, rules.EVIDENCE_NAMED, unknown, field="evidence"),
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
    kept = (_retained(state_by_now.district, command.context),) if conclusion.grade is Grade.EXCELLENT else ()
    return (*by_now, conclusion, *kept)


def recommend(state: Standing, command: commands.RecommendNationally) -> Outcome:
    """Recommend a district whose title was kept as excellent, once in a cycle."""
    match state:
        case InTerm(kept_by=events.AssessmentConcluded(grade=Grade.EXCELLENT) as conclusion):
            return () if state.recommended else (_recommendation(state.district, conclusion, command),)
        case _:
            return Refusal(rules.RECOMMENDED_IF_EXCELLENT)


def retain(state: Standing, command: commands.RetainTitle) -> Outcome:
    """Keep the title of a district that was assessed qualified, or passed its reassessment."""
    match state:
        case InTerm(kept_by=events.AssessmentConcluded()):
            return ()
        case Assessed(conclusion=events.AssessmentConcluded(grade=Grade.QUALIFIED)):
            return (_retained(state.district, command.context),)
        case Reassessed(result=events.DistrictReassessed(passed=True)):
            return (_retained(state.district, command.context),)
        case _:
            return Refusal(rules.TITLE_EARNED)


def _opened(state: Standing, on: date) -> tuple[events.AssessmentOpened, ...]:
    """The opening, where the cycle runs and its time has come."""
    district = state.district
    opens = assessment_opens(district.term, policy(district.policy_version))
    if not isinstance(state, InTerm) or on < opens:
        return ()
    return (events.AssessmentOpened(case_id=district.case_id, cycle=district.cycle, last_day=district.last_day),)


def _is_concluded_so(state: Standing, command: commands.ConcludeAssessment) -> bool:
    match state:
        case Assessed(conclusion=conclusion) | InTerm(kept_by=events.AssessmentConcluded() as conclusion):
            same = (command.thinking, command.practice, command.evidence)
            return (conclusion.thinking, conclusion.practice, conclusion.evidence) == same
        case _:
            return False


def _conclusion(district: District, command: commands.ConcludeAssessment) -> events.AssessmentConcluded:
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
    return events.AssessmentConcluded(
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


def _recommendation(
    district: District, conclusion: events.AssessmentConcluded, command: commands.RecommendNationally
) -> events.NationalRecommendationMade:
    return events.NationalRecommendationMade(
        case_id=district.case_id,
        zone=policy_in_force(command.context.effective_on).national_pilot_name,
        cycle=conclusion.cycle,
        recommended_by=command.context.actor.subject,
    )


def _retained(district: District, context: Context) -> events.TitleRetained:
    law, days = policy(district.policy_version), calendar(context.calendar)
    cycle = next_cycle(district.term, context.effective_on, law, days)
    return events.TitleRetained(
        case_id=district.case_id,
        cycle=district.cycle + 1,
        first_day=cycle.first_day,
        last_day=cycle.last_day,
        reports=cycle.reports,
        policy_version=district.policy_version,
    )


__all__ = ["conclude", "declare_overdue", "open_when_due", "recommend", "retain"]
