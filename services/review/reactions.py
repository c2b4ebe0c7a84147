"""What intake's events and the passing of time lead to in review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from services.review.case import commands
from shared.contracts import intake as intake_events
from shared.contracts import review as events
from shared.contracts.core import Command, Context, Due, Envelope
from shared.programme.dates.days import first_moment_after, last_day_before
from shared.programme.vocabulary import TimeLimit
from shared.service.deadlines import Change, DeadlineCleared, DeadlineMoved, DeadlineSet
from shared.service.recounting import StandingDeadline
from shared.service.todos import Todo

FORMAL_EXAMINATION = TimeLimit.FORMAL_EXAMINATION.value
CORRECTION = TimeLimit.CORRECTION.value
PUBLICITY = TimeLimit.PUBLICITY.value


def react(envelope: Envelope) -> tuple[Todo, ...]:
    """A filing opens a case, a correction is received, a withdrawal ends the review."""
    match envelope.event:
        case intake_events.ApplicationFiled() as filing:
            return (Todo("open-case", filing.case_id, partial(_open, filing)),)
        case intake_events.CorrectionFiled() as correction:
            return (Todo("receive-correction", correction.case_id, partial(_receive, correction)),)
        case intake_events.ApplicationWithdrawn() as withdrawal:
            return (Todo("discontinue-review", withdrawal.case_id, partial(_discontinue, withdrawal)),)
        case _:
            return ()


def _open(filing: intake_events.ApplicationFiled, context: Context) -> Command:
    return commands.OpenCase(context=context, filing=filing)


def _receive(correction: intake_events.CorrectionFiled, context: Context) -> Command:
    return commands.ReceiveCorrection(context=context, correction=correction)


def _discontinue(withdrawal: intake_events.ApplicationWithdrawn, context: Context) -> Command:
    return commands.DiscontinueReview(context=context, withdrawal=withdrawal)


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """Which time limits an event of a case starts and ends."""
    match envelope.event:
        case events.CaseOpened() as event:
            return (_until(event.case_id, FORMAL_EXAMINATION, event.formal_examination_due),)
        case events.CorrectionNoticeIssued() as event:
            return (
                DeadlineCleared(event.case_id, FORMAL_EXAMINATION),
                _until(event.case_id, CORRECTION, event.due),
            )
        case events.CorrectionReceived() as event:
            return (
                DeadlineCleared(event.case_id, CORRECTION),
                _until(event.case_id, FORMAL_EXAMINATION, event.formal_examination_due),
            )
        case events.ApplicationAccepted() as event:
            return (DeadlineCleared(event.case_id, FORMAL_EXAMINATION),)
        case events.PublicityStarted() as event:
            return (_until(event.case_id, PUBLICITY, event.ends),)
        case events.DeadlineRecounted() as event:
            now = event.now
            return (DeadlineMoved(event.case_id, event.matter.value, first_moment_after(now.on), now.provisional),)
        case events.PublicityEnded() as event:
            return (DeadlineCleared(event.case_id, PUBLICITY),)
        case (
            events.AcceptanceRefused()
            | events.DesignationApproved()
            | events.NotYetConfirmed()
            | events.ReviewDiscontinued() as event
        ):
            return tuple(DeadlineCleared(event.case_id, kind) for kind in _AFTER)
        case _:
            return ()


def _until(case_id: str, kind: str, due: Due) -> DeadlineSet:
    return DeadlineSet(case_id, kind, first_moment_after(due.on), due.provisional)


def when_due(deadline: DeadlineSet) -> Todo:
    """What running out of time leads to. Raises ``KeyError`` for a kind that is not review's."""
    return Todo(deadline.kind, deadline.ident, partial(_AFTER[deadline.kind], deadline))


def _alert(deadline: DeadlineSet, context: Context) -> Command:
    last_day = last_day_before(deadline.due)
    return commands.RaiseExaminationAlert(context=context, case_id=deadline.ident, due_on=last_day)


def _lapse(deadline: DeadlineSet, context: Context) -> Command:
    last_day = last_day_before(deadline.due)
    return commands.LapseCorrection(context=context, case_id=deadline.ident, due_on=last_day)


def _end_publicity(deadline: DeadlineSet, context: Context) -> Command:
    return commands.EndPublicity(context=context, case_id=deadline.ident)


def again(deadline: StandingDeadline) -> Todo:
    """What a changed calendar leads to: the last day is counted again. Publicity is counted from its first day, which
    the case knows; all else from the day on which its time was set."""
    return Todo(f"count-{deadline.kind}", deadline.ident, partial(_count_again, deadline))


def _count_again(deadline: StandingDeadline, context: Context) -> Command:
    return commands.CountAgain(
        context=context,
        case_id=deadline.ident,
        matter=TimeLimit(deadline.kind),
        since=deadline.set_on,
        due_on=last_day_before(deadline.due),
    )


_AFTER: dict[str, Callable[[DeadlineSet, Context], Command]] = {
    FORMAL_EXAMINATION: _alert,
    CORRECTION: _lapse,
    PUBLICITY: _end_publicity,
}
