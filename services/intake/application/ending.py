"""Ends of an application: the applicants take it back, or the province's review is over (四（四）)."""

from __future__ import annotations

from typing import assert_never

from services.intake import rules
from services.intake.application.commands import CloseApplication, ReviewEnding, Withdraw
from services.intake.application.state import (
    AwaitingEndorsement,
    Declined,
    Draft,
    Filed,
    InCorrection,
    OpenedStage,
    Settled,
    Withdrawn,
)
from services.intake.application.texts import unfit_prose
from shared.contracts import intake as events
from shared.contracts import review as review_events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.intake import ReviewOutcome
from shared.programme.policy import policy


def withdraw(stage: OpenedStage, command: Withdraw) -> Outcome:
    """The applicants take it back, at any time before the decision."""
    match stage:
        case Withdrawn():
            return ()
        case Declined() | Settled():
            return Refusal(rules.CASE_IS_OVER)
        case Draft() | AwaitingEndorsement() | Filed() | InCorrection():
            application = stage.application
            withdrawn = events.ApplicationWithdrawn(
                case_id=application.case_id, reason=command.reason.strip(), office=command.context.actor.office
            )
            return unfit_prose(command.reason, "reason", policy(application.policy_version)) or (withdrawn,)


def close(stage: OpenedStage, command: CloseApplication) -> Outcome:
    """The review's end is recorded here too; a decision made before a withdrawal arrived stands."""
    if isinstance(stage, Draft | Settled):
        return ()
    outcome, detail = _how_it_ended(command.ending)
    return (events.ApplicationClosed(case_id=stage.application.case_id, outcome=outcome, detail=detail),)


def _how_it_ended(ending: ReviewEnding) -> tuple[ReviewOutcome, str]:
    match ending:
        case review_events.DesignationApproved():
            return ReviewOutcome.APPROVED, ending.document_number
        case review_events.NotYetConfirmed():
            return ReviewOutcome.NOT_YET, ending.reasons
        case review_events.AcceptanceRefused():
            why = "；".join(reason.message_zh or reason.message for reason in ending.reasons)
            return ReviewOutcome.NOT_ACCEPTED, why
        case _:
            assert_never(ending)
