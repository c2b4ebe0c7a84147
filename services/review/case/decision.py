"""The decision: approval, not yet, or none because the applicants withdrew. And mistakes in the record."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.publicity import ended
from services.review.case.state import Accepted, InPublicity, OnFile, Publicised
from shared.contracts import review as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.policy import policy_in_force
from shared.programme.record import blank_part, decide_correction
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError


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
    )
    if refusal:
        return refusal
    number = _document_number(command)
    if isinstance(number, Refusal):
        return number
    approved = _approved(state, command, number)
    return (ended(state), approved) if isinstance(state, InPublicity) else (approved,)


def _document_number(command: commands.Approve) -> DocumentNumber | Refusal:
    rule = rules.DOCUMENT_NUMBER_IS_WELL_FORMED
    try:
        number = DocumentNumber.parse(command.document_number)
    except DocumentNumberError as error:
        return Refusal(rule, error.message_en, "document_number")
    of_its_year = number.year == command.approved_on.year
    return unless(of_its_year, rule, f"{number.year}", field="document_number") or number


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
    """Not yet, with reasons; applying again is always open (成熟一家，确认一家)."""
    decided_by = command.context.actor.subject
    return first(
        unless(isinstance(state, Accepted), rules.CASE_IS_ACCEPTED),
        unless(bool(command.reasons.strip()), rules.REASONS_ARE_GIVEN, field="reasons"),
    ) or (events.NotYetConfirmed(case_id=state.file.case_id, reasons=command.reasons, decided_by=decided_by),)


def discontinue(state: OnFile, command: commands.DiscontinueReview) -> Outcome:
    """The applicants withdrew: there is nothing left to review."""
    return (events.ReviewDiscontinued(case_id=state.file.case_id, reason=command.withdrawal.reason),)


def correct_record(state: OnFile, command: commands.CorrectRecord) -> Outcome:
    """A mistake in the record: what it said, what is right, why and on whose word. Open cases and ended ones."""
    if command.recorded is None:
        return Refusal(rules.CORRECTED_EVENT_IS_OF_THIS_CASE, str(command.corrects), "corrects")
    if (blank := blank_part(command)) is not None:
        return Refusal(rules.RECORD_IS_CORRECTED_ON_SOMEBODYS_WORD, field=blank)
    return decide_correction(command, command.recorded, events.RecordCorrected, state.file.record_corrections)
