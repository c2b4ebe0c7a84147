"""What review's events and the passing of time lead to in intake."""

from __future__ import annotations

from services.intake.application import commands
from services.intake.application.commands import ReviewEnding
from shared.contracts import intake as events
from shared.contracts import review as review_events
from shared.contracts.core import Command, Context, Due, Envelope
from shared.programme.dates.days import first_moment_after, last_day_before
from shared.programme.vocabulary import TimeLimit
from shared.service.deadlines import Change, DeadlineCleared, DeadlineMoved, DeadlineSet
from shared.service.recounting import StandingDeadline
from shared.service.todos import Todo

ENDORSEMENT = "endorsement"


def react(envelope: Envelope) -> tuple[Todo, ...]:
    """A correction notice opens a correction; the end of the review closes the application."""
    match envelope.event:
        case review_events.CorrectionNoticeIssued() as notice:
            return (_open_correction(notice),)
        case review_events.DeadlineRecounted(matter=TimeLimit.CORRECTION) as recounted:
            return (_follow(recounted),)
        case (
            review_events.DesignationApproved() | review_events.NotYetConfirmed() | review_events.AcceptanceRefused()
        ) as ending:
            return (_close(ending),)
        case _:
            return ()


def _open_correction(notice: review_events.CorrectionNoticeIssued) -> Todo:
    def command(context: Context) -> Command:
        return commands.OpenCorrection(context=context, notice=notice)

    return Todo("open-correction", notice.case_id, command)


def _follow(recounted: review_events.DeadlineRecounted) -> Todo:
    def command(context: Context) -> Command:
        return commands.FollowCorrection(context=context, recounted=recounted)

    return Todo("follow-correction", recounted.case_id, command)


def _close(ending: ReviewEnding) -> Todo:
    def command(context: Context) -> Command:
        return commands.CloseApplication(context=context, ending=ending)

    return Todo("close-application", ending.case_id, command)


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """The time the city has for its answer: set by the request or the keying, cleared by any answer."""
    match envelope.event:
        case events.EndorsementRequested(case_id=case_id, due=due):
            return (DeadlineSet(case_id, ENDORSEMENT, first_moment_after(due.on), due.provisional),)
        case events.PaperApplicationKeyed(case_id=case_id, endorsement_due=Due() as due):
            return (DeadlineSet(case_id, ENDORSEMENT, first_moment_after(due.on)),)
        case events.DeadlineRecounted(case_id=case_id, matter=TimeLimit.ENDORSEMENT, now=now):
            return (DeadlineMoved(case_id, ENDORSEMENT, first_moment_after(now.on), now.provisional),)
        case (
            events.ApplicationEndorsed()
            | events.EndorsementDeclined()
            | events.ApplicationReturned()
            | events.ApplicationWithdrawn()
        ) as answer:
            return (DeadlineCleared(answer.case_id, ENDORSEMENT),)
        case _:
            return ()


def again(deadline: StandingDeadline) -> Todo:
    """What a changed calendar leads to: the time of the city is counted again."""
    last_day = last_day_before(deadline.due)

    def command(context: Context) -> Command:
        return commands.CountAgain(context=context, case_id=deadline.ident, since=deadline.set_on, due_on=last_day)

    return Todo("count-endorsement", deadline.ident, command)


def when_due(deadline: DeadlineSet) -> Todo:
    """The city's silence is escalated. Raises ``LookupError`` for a deadline that intake never sets."""
    if deadline.kind != ENDORSEMENT:
        raise LookupError(f"intake sets no deadline of kind {deadline.kind}")
    due = Due(last_day_before(deadline.due))

    def command(context: Context) -> Command:
        return commands.EscalateEndorsement(context=context, case_id=deadline.ident, due=due)

    return Todo("escalate-endorsement", deadline.ident, command)
