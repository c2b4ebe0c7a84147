"""What an approval and the passing of time lead to in a district's life."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from services.lifecycle.district import commands
from services.lifecycle.district.cycle import late_report_due
from shared.contracts import lifecycle as events
from shared.contracts import review as review_events
from shared.contracts.core import Command, Context, Due, Envelope
from shared.programme.dates.days import first_moment_after, first_moment_of, last_day_before
from shared.programme.dates.term import Term, assessment_opens
from shared.programme.policy import policy
from shared.programme.vocabulary import TimeLimit
from shared.service.deadlines import Change, DeadlineCleared, DeadlineMoved, DeadlineSet
from shared.service.recounting import StandingDeadline
from shared.service.todos import Todo

REPORT_OVERDUE = "report-overdue"
REPORT_MISSED = "report-missed"
ASSESSMENT_OPENING = "assessment-opening"
ASSESSMENT_OVERDUE = "assessment-overdue"
RECTIFICATION = "rectification"
HEARING = "hearing"

_COUNTED = {
    TimeLimit.ANNUAL_REPORT: REPORT_OVERDUE,
    TimeLimit.LATE_REPORT: REPORT_MISSED,
    TimeLimit.RECTIFICATION: RECTIFICATION,
    TimeLimit.HEARING: HEARING,
}
"""The deadline of a last day that is counted by the calendar."""
_MATTERS = {kind: matter for matter, kind in _COUNTED.items()}


def react(envelope: Envelope) -> tuple[Todo, ...]:
    """An approval begins a term."""
    match envelope.event:
        case review_events.DesignationApproved() as approved:
            return (Todo("designate", approved.case_id, partial(_designate, approved)),)
        case _:
            return ()


def _designate(approved: review_events.DesignationApproved, context: Context) -> Command:
    return commands.Designate(context=context, approved=approved)


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """Which deadlines an event of a district sets and clears. A kind is a name, and the year or cycle after a colon."""
    match envelope.event:
        case events.DistrictDesignated() | events.TitleRetained() as begun:
            return tuple(_of_cycle(begun))
        case events.AnnualReportFiled(case_id=ident, year=year):
            return _cleared(ident, f"{REPORT_OVERDUE}:{year}", f"{REPORT_MISSED}:{year}")
        case events.AssessmentConcluded(case_id=ident, cycle=cycle):
            return _cleared(ident, f"{ASSESSMENT_OPENING}:{cycle}", f"{ASSESSMENT_OVERDUE}:{cycle}")
        case events.RectificationOrdered(case_id=ident, due=due) | events.RectificationExtended(case_id=ident, due=due):
            return (_after(ident, RECTIFICATION, due),)
        case events.RectificationReportFiled(case_id=ident) | events.DistrictReassessed(case_id=ident):
            return _cleared(ident, RECTIFICATION)
        case events.HearingInvited(case_id=ident, due=due):
            return (_after(ident, HEARING, due),)
        case events.HearingClosed(case_id=ident):
            return _cleared(ident, HEARING)
        case events.DeadlineRecounted(case_id=ident, matter=matter, year=year, now=now) if matter in _COUNTED:
            kind = _COUNTED[matter] if year is None else f"{_COUNTED[matter]}:{year}"
            return (DeadlineMoved(ident, kind, first_moment_after(now.on), now.provisional),)
        case _:
            return ()


def _of_cycle(begun: events.DistrictDesignated | events.TitleRetained) -> Iterable[Change]:
    law = policy(begun.policy_version)
    term = Term(first_day=begun.first_day, last_day=begun.last_day, cycle=begun.cycle)
    for report in begun.reports:
        yield _after(begun.case_id, f"{REPORT_OVERDUE}:{report.year}", report.due)
        yield _after(begun.case_id, f"{REPORT_MISSED}:{report.year}", late_report_due(report.year, law))
    opens = first_moment_of(assessment_opens(term, law))
    yield DeadlineSet(begun.case_id, f"{ASSESSMENT_OPENING}:{begun.cycle}", opens)
    yield _after(begun.case_id, f"{ASSESSMENT_OVERDUE}:{begun.cycle}", Due(begun.last_day))


def _after(ident: str, kind: str, due: Due) -> DeadlineSet:
    return DeadlineSet(ident, kind, first_moment_after(due.on), due.provisional)


def _cleared(ident: str, *kinds: str) -> tuple[Change, ...]:
    return tuple(DeadlineCleared(ident, kind) for kind in kinds)


def when_due(deadline: DeadlineSet) -> Todo:
    """What running out of time leads to. Raises ``KeyError`` for a kind that is not lifecycle's."""
    return Todo(deadline.kind, deadline.ident, partial(_WHEN_DUE[deadline.kind.partition(":")[0]], deadline))


def again(deadline: StandingDeadline) -> Todo | None:
    """What a changed calendar leads to: a last day is counted again. That of a term is a date, and stays."""
    kind, _, year = deadline.kind.partition(":")
    if (matter := _MATTERS.get(kind)) is None:
        return None
    return Todo(f"count-{deadline.kind}", deadline.ident, partial(_count_again, deadline, matter, year))


def _count_again(deadline: StandingDeadline, matter: TimeLimit, year: str, context: Context) -> Command:
    return commands.CountAgain(
        context=context,
        case_id=deadline.ident,
        matter=matter,
        year=int(year) if year else None,
        due_on=last_day_before(deadline.due),
    )


def _number(deadline: DeadlineSet) -> int:
    return int(deadline.kind.partition(":")[2])


def _overdue(deadline: DeadlineSet, context: Context) -> Command:
    return commands.DeclareReportOverdue(context=context, case_id=deadline.ident, year=_number(deadline))


def _missed(deadline: DeadlineSet, context: Context) -> Command:
    return commands.DeclareReportMissed(context=context, case_id=deadline.ident, year=_number(deadline))


def _open(deadline: DeadlineSet, context: Context) -> Command:
    return commands.OpenAssessment(context=context, case_id=deadline.ident)


def _alert(deadline: DeadlineSet, context: Context) -> Command:
    return commands.DeclareAssessmentOverdue(context=context, case_id=deadline.ident, cycle=_number(deadline))


def _lapse(deadline: DeadlineSet, context: Context) -> Command:
    return commands.LapseRectification(context=context, case_id=deadline.ident, due=last_day_before(deadline.due))


def _close(deadline: DeadlineSet, context: Context) -> Command:
    return commands.CloseHearing(context=context, case_id=deadline.ident, due=last_day_before(deadline.due))


_WHEN_DUE: dict[str, Callable[[DeadlineSet, Context], Command]] = {
    REPORT_OVERDUE: _overdue,
    REPORT_MISSED: _missed,
    ASSESSMENT_OPENING: _open,
    ASSESSMENT_OVERDUE: _alert,
    RECTIFICATION: _lapse,
    HEARING: _close,
}
