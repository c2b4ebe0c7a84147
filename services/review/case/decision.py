"""The panel's conclusion, publicity, and the decision."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands as asked
from services.review.case import permission
from services.review.case.stages import (
    Accepted,
    Concluded,
    InPublicity,
    Objection,
    OnFile,
    OnSite,
    Publicised,
)
from shared.contracts import review as happened
from shared.contracts.core import Due, Event, Outcome, Refusal
from shared.programme.dates.calendar import standard_calendar
from shared.programme.dates.chronology import planned_days
from shared.programme.record import blank_part, decide_correction
from shared.programme.scoring import Sheet, panel_result
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError


def conclude_panel(state: OnFile, command: asked.ConcludePanel) -> Outcome:
    """The average over the valid sheets, and whether the majority recommends."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if isinstance(state, Concluded):
        return ()
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    if not isinstance(state, OnSite) or state.visit is None or state.visit.report is None:
        return Refusal(rules.VISIT_PRECEDES_PANEL_CONCLUSION)
    sheets = state.panel.valid_sheets
    result = panel_result([Sheet(score=one.total, recommended=one.recommended) for one in sheets], state.policy)
    if result.average is None:
        return Refusal(rules.ENOUGH_VALID_SHEETS, f"{len(sheets)} < {state.policy.minimum_valid_sheets}")
    return (
        happened.PanelConcluded(
            case_id=state.case_id,
            average=result.average,
            valid_sheets=result.valid_sheets,
            recommended=result.recommended,
            totals=tuple(sheet.total for sheet in sheets),
        ),
    )


def start_publicity(state: OnFile, command: asked.StartPublicity) -> Outcome:
    """The public is told; the first day counts as a working day if it is one."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if not isinstance(state, Concluded):
        return Refusal(rules.PANEL_CONCLUSION_PRECEDES_PUBLICITY)
    if isinstance(state, Publicised):
        return () if state.starts_on == command.starts_on else Refusal(rules.PUBLICITY_STARTS_ONCE)
    if refusal := _not_fit_to_publish(state):
        return refusal
    between = planned_days(command.context.today, state.policy)
    if command.starts_on not in between:
        return Refusal(rules.PUBLICITY_STARTS_AHEAD, f"{between}", "starts_on")
    deadline = standard_calendar().period_from(command.starts_on, state.policy.publicity_working_days)
    ends = Due(deadline.on, deadline.provisional)
    return (happened.PublicityStarted(case_id=state.case_id, starts_on=command.starts_on, ends=ends),)


def _not_fit_to_publish(state: Concluded) -> Refusal | None:
    if state.conclusion.average < state.policy.pass_mark:
        return Refusal(rules.AVERAGE_PASSES, f"{state.conclusion.average} < {state.policy.pass_mark}")
    if not state.conclusion.recommended:
        return Refusal(rules.PANEL_RECOMMENDS)
    if state.open_conditions:
        return Refusal(rules.EVERY_CONDITION_IS_MET, ", ".join(one.key for one in state.open_conditions))
    return None


def end_publicity(state: OnFile, command: asked.EndPublicity) -> Outcome:
    """The last day of publicity is over."""
    if refusal := permission.system(command):
        return refusal
    if not isinstance(state, InPublicity) or command.context.today <= state.ends.on:
        return ()
    return (_ended(state),)


def _ended(state: InPublicity) -> Event:
    return happened.PublicityEnded(case_id=state.case_id, ended_on=state.ends.on, objections=len(state.objections))


def approve(state: OnFile, command: asked.Approve) -> Outcome:
    """The approval (批复): its document and its date. Records the end of publicity where that was not yet recorded."""
    if refusal := permission.impartial_lead(state, command):
        return refusal
    if not isinstance(state, Publicised):
        return Refusal(rules.PUBLICITY_PRECEDES_APPROVAL)
    if isinstance(state, InPublicity) and command.context.today <= state.ends.on:
        return Refusal(rules.PUBLICITY_PRECEDES_APPROVAL, state.ends.on.isoformat())
    if refusal := _objected(state.objections):
        return refusal
    if not state.ends.on < command.approved_on <= command.context.today:
        return Refusal(rules.APPROVAL_IS_DATED_RIGHTLY, command.approved_on.isoformat(), "approved_on")
    number = _document_number(command)
    if isinstance(number, Refusal):
        return number
    approved = happened.DesignationApproved(
        case_id=state.case_id,
        document_number=number,
        approved_on=command.approved_on,
        title=state.policy.title,
        place=state.place,
        county_unit=state.packet.county_unit,
        key_unit=state.packet.key_unit,
        form=state.packet.form,
        average=state.conclusion.average,
        policy_version=state.policy_version,
        decided_by=command.context.actor.subject,
    )
    return (_ended(state), approved) if isinstance(state, InPublicity) else (approved,)


def _objected(objections: tuple[Objection, ...]) -> Refusal | None:
    unanswered = [one.objection_id for one in objections if one.open]
    if unanswered:
        return Refusal(rules.OBJECTIONS_ARE_ANSWERED, ", ".join(unanswered))
    upheld = [one.objection_id for one in objections if one.upheld]
    return Refusal(rules.NO_OBJECTION_IS_UPHELD, ", ".join(upheld)) if upheld else None


def _document_number(command: asked.Approve) -> str | Refusal:
    try:
        number = DocumentNumber.parse(command.document_number)
    except DocumentNumberError as error:
        return Refusal(rules.DOCUMENT_NUMBER_IS_WELL_FORMED, error.message_en, "document_number")
    if number.year != command.approved_on.year:
        return Refusal(rules.DOCUMENT_NUMBER_IS_WELL_FORMED, f"{number.year}", "document_number")
    return str(number)


def confirm_not_yet(state: OnFile, command: asked.ConfirmNotYet) -> Outcome:
    """Not yet, with reasons; applying again is always open (成熟一家，确认一家)."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if not isinstance(state, Accepted):
        return Refusal(rules.CASE_IS_ACCEPTED)
    if not command.reasons.strip():
        return Refusal(rules.REASONS_ARE_GIVEN, field="reasons")
    decided_by = command.context.actor.subject
    return (happened.NotYetConfirmed(case_id=state.case_id, reasons=command.reasons, decided_by=decided_by),)


def discontinue(state: OnFile, command: asked.DiscontinueReview) -> Outcome:
    """The applicants withdrew: there is nothing left to review."""
    if refusal := permission.system(command):
        return refusal
    return (happened.ReviewDiscontinued(case_id=state.case_id, reason=command.reason),)


def correct_record(state: OnFile, command: asked.CorrectRecord) -> Outcome:
    """A mistake in the record: what it said, what is right, why and on whose word. Open cases and ended ones."""
    if refusal := permission.officer(command):
        return refusal
    if command.recorded is None:
        return Refusal(rules.CORRECTED_EVENT_IS_OF_THIS_CASE, str(command.corrects), "corrects")
    if (blank := blank_part(command)) is not None:
        return Refusal(rules.RECORD_IS_CORRECTED_ON_SOMEBODYS_WORD, field=blank)
    return decide_correction(command, command.recorded, happened.RecordCorrected, state.corrections)
