"""The hearing (陈述申辩) and the revocation that may follow it, never before it is over (四（六）2)."""

from __future__ import annotations

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.checks import text_given
from services.lifecycle.district.cycle import hearing_due
from services.lifecycle.district.state import Hearing, Reassessed, Revoked, Standing
from shared.contracts import lifecycle as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy, policy_in_force
from shared.programme.remedies import remedies
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError


def invite(state: Standing, command: commands.InviteHearing) -> Outcome:
    """Invite a district that failed its reassessment to state and defend."""
    if refusal := text_given(command.grounds, "grounds"):
        return refusal
    if isinstance(state, Hearing) and state.invitation.grounds == command.grounds:
        return ()
    if not isinstance(state, Reassessed) or state.result.passed:
        return Refusal(rules.HEARD_AFTER_FAILING)
    on = command.context.effective_on
    return (
        events.HearingInvited(
            case_id=state.district.case_id,
            invited_on=on,
            grounds=command.grounds,
            due=hearing_due(on, policy(state.district.policy_version), calendar(command.context.calendar)),
        ),
    )


def make_statement(state: Standing, command: commands.MakeStatement) -> Outcome:
    """Record what an applicant states, within its time; the same words of the same office once."""
    if refusal := text_given(command.text, "text"):
        return refusal
    if not isinstance(state, Hearing):
        return Refusal(rules.HEARING_RUNS)
    office = command.context.actor.office
    if any((statement.office, statement.text) == (office, command.text) for statement in state.statements):
        return ()
    if state.closed or command.context.effective_on > state.invitation.due.on:
        return Refusal(rules.HEARING_RUNS, state.invitation.due.on.isoformat())
    return (
        events.StatementMade(
            case_id=state.district.case_id,
            text=command.text,
            office=office,
            made_by=command.context.actor.subject,
        ),
    )


def close_hearing(state: Standing, command: commands.CloseHearing) -> Outcome:
    """Close the hearing once its last day has passed."""
    if isinstance(state, Hearing) and state.invitation.due.on == command.due < command.context.effective_on:
        return _closed(state)
    return ()


def revoke(state: Standing | Revoked, command: commands.RevokeTitle) -> Outcome:
    """Revoke the title after the hearing, weighing what was stated; what is revoked already stays as it is."""
    number = _number(command.document_number)
    if isinstance(state, Revoked):
        same = isinstance(number, DocumentNumber) and str(number) == state.revocation.document_number
        return () if same else Refusal(rules.TITLE_STANDS)
    if isinstance(number, Refusal):
        return number
    if refusal := text_given(command.reasons, "reasons"):
        return refusal
    if not isinstance(state, Hearing):
        return Refusal(rules.HEARD_FIRST)
    on = command.context.effective_on
    last_day = state.invitation.due.on
    weighed = not state.statements or bool(command.statement_considered.strip())
    refusal = first(
        unless(on > last_day, rules.HEARD_FIRST, last_day.isoformat()),
        unless(number.year == on.year, rules.NUMBER_OF_THE_YEAR, str(on.year), field="document_number"),
        unless(weighed, rules.STATEMENT_WEIGHED, field="statement_considered"),
    )
    return refusal or (
        *_closed(state),
        events.TitleRevoked(
            case_id=state.district.case_id,
            document_number=str(number),
            revoked_on=on,
            reasons=command.reasons,
            statement_considered=command.statement_considered,
            remedies=command.remedies.strip() or remedies(policy_in_force(on)),
            decided_by=command.context.actor.subject,
        ),
    )


def _closed(state: Hearing) -> tuple[events.HearingClosed, ...]:
    if state.closed:
        return ()
    return (
        events.HearingClosed(
            case_id=state.district.case_id, due=state.invitation.due, statements=len(state.statements)
        ),
    )


def _number(text: str) -> DocumentNumber | Refusal:
    try:
        return DocumentNumber.parse(text)
    except DocumentNumberError as error:
        return Refusal(rules.DOCUMENT_NUMBERED, f"{error.message_zh} {error.message_en}", "document_number")


__all__ = ["close_hearing", "invite", "make_statement", "revoke"]
