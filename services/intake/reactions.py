"""What review's events and the passing of time lead to in intake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from services.intake.application.commands import CloseApplication, EscalateEndorsement, OpenCorrection
from shared.contracts import review
from shared.contracts.core import Command, Context, Due, Envelope
from shared.contracts.intake import (
    ApplicationEndorsed,
    ApplicationReturned,
    ApplicationWithdrawn,
    EndorsementDeclined,
    EndorsementRequested,
    PaperApplicationKeyed,
    ReviewOutcome,
)
from shared.programme.dates.days import first_moment_after, last_day_before
from shared.service.deadlines import Change, DeadlineCleared, DeadlineSet
from shared.service.todos import Todo

ENDORSEMENT = "endorsement"
_ONE_DAY = timedelta(days=1)


def react(envelope: Envelope) -> tuple[Todo, ...]:
    """A correction notice opens a correction; the end of the review closes the application."""
    match envelope.event:
        case review.CorrectionNoticeIssued() as notice:
            return (Todo("open-correction", notice.case_id, _open_correction(notice)),)
        case review.DesignationApproved() as approved:
            return (_close(approved.case_id, ReviewOutcome.APPROVED, approved.document_number),)
        case review.NotYetConfirmed() as not_yet:
            return (_close(not_yet.case_id, ReviewOutcome.NOT_YET, not_yet.reasons),)
        case review.AcceptanceRefused() as refused:
            why = "；".join(reason.message_zh or reason.message for reason in refused.reasons)
            return (_close(refused.case_id, ReviewOutcome.NOT_ACCEPTED, why),)
        case _:
            return ()


def _open_correction(notice: review.CorrectionNoticeIssued) -> Callable[[Context], Command]:
    return lambda context: OpenCorrection(
        context=context, case_id=notice.case_id, notice_no=notice.notice_no, items=notice.items, due=notice.due
    )


def _close(case_id: str, outcome: ReviewOutcome, detail: str) -> Todo:
    def command(context: Context) -> Command:
        return CloseApplication(context=context, case_id=case_id, outcome=outcome, detail=detail)

    return Todo("close-application", case_id, command)


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """The time the city has for its answer: set by the request or the keying, cleared by any answer."""
    match envelope.event:
        case EndorsementRequested(case_id=case_id, due=due):
            return (DeadlineSet(case_id, ENDORSEMENT, first_moment_after(due.on)),)
        case PaperApplicationKeyed(case_id=case_id, endorsement_due=Due() as due):
            return (DeadlineSet(case_id, ENDORSEMENT, first_moment_after(due.on)),)
        case ApplicationEndorsed() | EndorsementDeclined() | ApplicationReturned() | ApplicationWithdrawn() as answer:
            return (DeadlineCleared(answer.case_id, ENDORSEMENT),)
        case _:
            return ()


def when_due(deadline: DeadlineSet) -> Todo:
    """The city's silence is escalated. Raises ``LookupError`` for a deadline that intake never sets."""
    if deadline.kind != ENDORSEMENT:
        raise LookupError(f"intake sets no deadline of kind {deadline.kind}")
    due = Due(last_day_before(deadline.due))

    def command(context: Context) -> Command:
        return EscalateEndorsement(context=context, case_id=deadline.ident, due=due)

    return Todo("escalate-endorsement", deadline.ident, command)
