"""What an approval and the passing of time lead to in a district's life."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from services.lifecycle.district import commands
from services.lifecycle.district.cycle import given_up_after
from shared.contracts import lifecycle as events
from shared.contracts import review as review_events
from shared.contracts.core import Command, Context, Envelope
from shared.programme.dates.days import first_moment_after, first_moment_of, last_day_before
from shared.programme.dates.term import Term, assessment_opens
from shared.programme.policy import policy
from shared.service.deadlines import Change, DeadlineCleared, DeadlineSet
from shared.service.todos import Todo

REPORT_OVERDUE = "report-overdue"
REPORT_MISSED = "report-missed"
ASSESSMENT_OPENING = "assessment-opening"
ASSESSMENT_OVERDUE = "assessment-overdue"
RECTIFICATION = "rectification"
HEARING = "hearing"


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
            return (_after(ident, RECTIFICATION, due.on),)
        case events.RectificationReportFiled(case_id=ident) | events.DistrictReassessed(case_id=ident):
            return _cleared(ident, RECTIFICATION)
        case events.HearingInvited(case_id=ident, due=due):
            return (_after(ident, HEARING, due.on),)
        case events.HearingClosed(case_id=ident):
            return _cleared(ident, HEARING)
        case _:
            return ()


def _of_cycle(begun: events.DistrictDesignated | events.TitleRetained) -> Iterable[Change]:
    law = policy(begun.policy_version)
    term = Term(first_day=begun.first_day, last_day=begun.last_day, cycle=begun.cycle)
    for report in begun.reports:
        yield _after(begun.case_id, f"{REPORT_OVERDUE}:{report.year}", report.due.on)
        yield _after(begun.case_id, f"{REPORT_MISSED}:{report.year}", given_up_after(report.year, law))
    opens = first_moment_of(assessment_opens(term, law))
    yield DeadlineSet(begun.case_id, f"{ASSESSMENT_OPENING}:{begun.cycle}", opens)
    yield _after(begun.case_id, f"{ASSESSMENT_OVERDUE}:{begun.cycle}", begun.last_day)


def _after(ident: str, kind: str, last_day: date) -> DeadlineSet:
    return DeadlineSet(ident, kind, first_moment_after(last_day))


def _cleared(ident: str, *kinds: str) -> tuple[Change, ...]:
    return tuple(DeadlineCleared(ident, kind) for kind in kinds)


def when_due(deadline: DeadlineSet) -> Todo:
    """What running out of time leads to. Raises ``KeyError`` for a kind that is not lifecycle's."""
    return Todo(deadline.kind, deadline.ident, partial(_WHEN_DUE[deadline.kind.partition(":")[0]], deadline))


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
