"""The decision: approval, not yet, or none because the applicants withdrew. And mistakes in the record."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.proposing import signed_alone
from services.review.case.publicity import ended
from services.review.case.state import Accepted, InPublicity, OnFile, Publicised
from shared.contracts import review as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.numbered import taken
from shared.contracts.refusing import first, unless
from shared.programme.policy import policy_in_force
from shared.programme.record import blank_part, decide_correction
from shared.programme.remedies import remedies
from shared.programme.unique import document_number, second_title
from shared.programme.values.document_number import DocumentNumber
from shared.programme.vocabulary import NumberedAct


def approve(state: OnFile, command: commands.Approve) -> Outcome:
    """The approval (批复): its document and its date. Records the end of publicity where that was not yet recorded."""
    if not isinstance(state, Publicised):
        return Refusal(rules.PUBLICITY_PRECEDES_APPROVAL)
    today, last_day = command.context.today, state.ends.on
    over = not isinstance(state, InPublicity) or today > last_day
    unanswered = ", ".join(objection.objection_id for objection in state.objections if objection.open)
    upheld = ", ".join(objection.objection_id for objection in state.objections if objection.upheld)
    dated_rightly = last_day < command.approved_on <= today
    refusal = first(
        unless(over, rules.PUBLICITY_PRECEDES_APPROVAL, last_day.isoformat()),
        unless(not unanswered, rules.OBJECTIONS_ARE_ANSWERED, unanswered),
        unless(not upheld, rules.NO_OBJECTION_IS_UPHELD, upheld),
        unless(dated_rightly, rules.APPROVAL_IS_DATED_RIGHTLY, command.approved_on.isoformat(), field="approved_on"),
        signed_alone(state.file, command.context),
    )
    if refusal:
        return refusal
    number = document_number(
        command.document_number,
        on=command.approved_on,
        act=NumberedAct.APPROVAL,
        case_id=state.file.case_id,
        elsewhere=command.elsewhere,
    )
    if isinstance(number, Refusal):
        return number
    if refusal := second_title(command.elsewhere):
        return refusal
    approved = _approved(state, command, number)
    return (ended(state), approved) if isinstance(state, InPublicity) else (approved,)


def _approved(state: Publicised, command: commands.Approve, number: DocumentNumber) -> events.DesignationApproved:
    file = state.file
    return events.DesignationApproved(
        case_id=file.case_id,
        document_number=str(number),
        approved_on=command.approved_on,
        title=policy_in_force(command.approved_on).title,
        place=file.place,
        county_unit=file.packet.county_unit,
        key_unit=file.packet.key_unit,
        form=file.packet.form,
        average=state.conclusion.average,
        policy_version=file.policy_version,
        decided_by=command.context.actor.subject,
    )


def confirm_not_yet(state: OnFile, command: commands.ConfirmNotYet) -> Outcome:
    """Not yet, by a document, with reasons and remedies; applying again is always open (成熟一家，确认一家)."""
    refusal = first(
        unless(isinstance(state, Accepted), rules.CASE_IS_ACCEPTED),
        unless(bool(command.reasons.strip()), rules.REASONS_ARE_GIVEN, field="reasons"),
        signed_alone(state.file, command.context),
    )
    if refusal:
        return refusal
    on = command.context.effective_on
    number = document_number(
        command.document_number,
        on=on,
        act=NumberedAct.NOT_YET,
        case_id=state.file.case_id,
        elsewhere=command.elsewhere,
    )
    if isinstance(number, Refusal):
        return number
    return (
        events.NotYetConfirmed(
            case_id=state.file.case_id,
            document_number=str(number),
            reasons=command.reasons,
            remedies=remedies(policy_in_force(on)),
            decided_by=command.context.actor.subject,
        ),
    )


def discontinue(state: OnFile, command: commands.DiscontinueReview) -> Outcome:
    """The applicants withdrew: there is nothing left to review."""
    return (events.ReviewDiscontinued(case_id=state.file.case_id, reason=command.withdrawal.reason),)


def correct_record(state: OnFile, command: commands.CorrectRecord) -> Outcome:
    """A mistake in the record: what it said, what is right, why and on whose word. Open cases and ended ones."""
    if command.recorded is None:
        return Refusal(rules.CORRECTED_EVENT_IS_OF_THIS_CASE, str(command.corrects), "corrects")
    if (blank := blank_part(command)) is not None:
        return Refusal(rules.RECORD_IS_CORRECTED_ON_SOMEBODYS_WORD, field=blank)
    outcome = decide_correction(command, command.recorded, events.RecordCorrected, state.file.record_corrections)
    if isinstance(outcome, Refusal) or not outcome:
        return outcome
    return taken(command, command.recorded, command.elsewhere) or outcome
