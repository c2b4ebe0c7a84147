"""Counting a running last day again, once a notice of holidays has changed the calendar that it was counted by."""

from __future__ import annotations

from services.intake.application.commands import CountAgain, FollowCorrection
from services.intake.application.state import AwaitingEndorsement, InCorrection, OpenedStage
from shared.contracts import intake as events
from shared.contracts.core import Outcome
from shared.programme.dates.announced import announced, moved
from shared.programme.policy import policy
from shared.programme.vocabulary import TimeLimit


def count_again(stage: OpenedStage, command: CountAgain) -> Outcome:
    """The last day for the city's answer moves, or is settled; nothing where it stays, or another time runs now.

    What was keyed from paper stays: its time was counted from the day of the keying, which no event says.
    """
    by = announced(command.context.calendar)
    if not isinstance(stage, AwaitingEndorsement) or stage.due.on != command.due_on or by.last is None:
        return ()
    application = stage.application
    days = policy(application.policy_version).endorsement_working_days
    now = moved(stage.due, by.calendar.add_working_days(command.since, days), command.context.today)
    if application.paper or now is None:
        return ()
    return (
        events.DeadlineRecounted(
            case_id=application.case_id,
            matter=TimeLimit.ENDORSEMENT,
            was=stage.due,
            now=now,
            document_number=by.last.document_number,
        ),
    )


def follow_correction(stage: OpenedStage, command: FollowCorrection) -> Outcome:
    """The last day of the correction is the one that the province has counted."""
    recounted = command.recounted
    if not isinstance(stage, InCorrection) or stage.due == recounted.now:
        return ()
    return (
        events.DeadlineRecounted(
            case_id=recounted.case_id,
            matter=TimeLimit.CORRECTION,
            was=stage.due,
            now=recounted.now,
            document_number=recounted.document_number,
        ),
    )
