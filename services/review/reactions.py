"""What intake's events and the passing of time lead to in review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from services.review.case import commands as asked
from shared.contracts import intake
from shared.contracts import review as happened
from shared.contracts.core import Command, Context, Due, Envelope
from shared.programme.dates.days import first_moment_after, last_day_before
from shared.service.deadlines import Change, DeadlineCleared, DeadlineSet
from shared.service.todos import Todo

FORMAL_EXAMINATION = "formal-examination"
CORRECTION = "correction"
PUBLICITY = "publicity"


def react(envelope: Envelope) -> tuple[Todo, ...]:
    """A filing opens a case, a correction is received, a withdrawal ends the review."""
    match envelope.event:
        case intake.ApplicationFiled() as filed:
            return (Todo("open-case", filed.case_id, partial(_open, filed)),)
        case intake.CorrectionFiled() as corrected:
            return (Todo("receive-correction", corrected.case_id, partial(_receive, corrected)),)
        case intake.ApplicationWithdrawn() as withdrawn:
            return (Todo("discontinue-review", withdrawn.case_id, partial(_discontinue, withdrawn)),)
        case _:
            return ()


def _open(filed: intake.ApplicationFiled, context: Context) -> Command:
    return asked.OpenCase(
        context=context,
        case_id=filed.case_id,
        filed_on=filed.filed_on,
        place=filed.place,
        county_unit=filed.county_unit,
        key_unit=filed.key_unit,
        form=filed.form,
        attachments=filed.attachments,
        seals=filed.seals,
        packet_sha256=filed.packet_sha256,
        paper=filed.paper,
        defects=filed.defects,
        filed_by=filed.filed_by,
        policy_version=filed.policy_version,
    )


def _receive(corrected: intake.CorrectionFiled, context: Context) -> Command:
    return asked.ReceiveCorrection(
        context=context,
        case_id=corrected.case_id,
        notice_no=corrected.notice_no,
        filed_on=corrected.filed_on,
        form=corrected.form,
        county_unit=corrected.county_unit,
        key_unit=corrected.key_unit,
        attachments=corrected.attachments,
        seals=corrected.seals,
        packet_sha256=corrected.packet_sha256,
        filed_by=corrected.filed_by,
    )


def _discontinue(withdrawn: intake.ApplicationWithdrawn, context: Context) -> Command:
    return asked.DiscontinueReview(context=context, case_id=withdrawn.case_id, reason=withdrawn.reason)


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """Which time limits an event of a case starts and ends."""
    match envelope.event:
        case happened.CaseOpened() as event:
            return (_until(event.case_id, FORMAL_EXAMINATION, event.formal_examination_due),)
        case happened.CorrectionNoticeIssued() as event:
            return (
                DeadlineCleared(event.case_id, FORMAL_EXAMINATION),
                _until(event.case_id, CORRECTION, event.due),
            )
        case happened.CorrectionReceived() as event:
            return (
                DeadlineCleared(event.case_id, CORRECTION),
                _until(event.case_id, FORMAL_EXAMINATION, event.formal_examination_due),
            )
        case happened.ApplicationAccepted() as event:
            return (DeadlineCleared(event.case_id, FORMAL_EXAMINATION),)
        case happened.PublicityStarted() as event:
            return (_until(event.case_id, PUBLICITY, event.ends),)
        case happened.PublicityEnded() as event:
            return (DeadlineCleared(event.case_id, PUBLICITY),)
        case (
            happened.AcceptanceRefused()
            | happened.DesignationApproved()
            | happened.NotYetConfirmed()
            | happened.ReviewDiscontinued() as event
        ):
            return tuple(DeadlineCleared(event.case_id, kind) for kind in _AFTER)
        case _:
            return ()


def _until(case_id: str, kind: str, due: Due) -> DeadlineSet:
    return DeadlineSet(case_id, kind, first_moment_after(due.on))


def when_due(deadline: DeadlineSet) -> Todo:
    """What running out of time leads to. Raises ``KeyError`` for a kind that is not review's."""
    return Todo(deadline.kind, deadline.ident, partial(_AFTER[deadline.kind], deadline))


def _alert(deadline: DeadlineSet, context: Context) -> Command:
    last_day = last_day_before(deadline.due)
    return asked.RaiseExaminationAlert(context=context, case_id=deadline.ident, due_on=last_day)


def _lapse(deadline: DeadlineSet, context: Context) -> Command:
    last_day = last_day_before(deadline.due)
    return asked.LapseCorrection(context=context, case_id=deadline.ident, due_on=last_day)


def _end_publicity(deadline: DeadlineSet, context: Context) -> Command:
    return asked.EndPublicity(context=context, case_id=deadline.ident)


_AFTER: dict[str, Callable[[DeadlineSet, Context], Command]] = {
    FORMAL_EXAMINATION: _alert,
    CORRECTION: _lapse,
    PUBLICITY: _end_publicity,
}
