"""The hearing (陈述申辩) and the revocation that may follow it, never before it is over (四（六）2)."""

from __future__ import annotations

from typing import TypeAlias

from services.lifecycle import rules
from services.lifecycle.district.commands import CloseHearing, InviteHearing, MakeStatement, RevokeTitle
from services.lifecycle.district.cycle import hearing_due
from services.lifecycle.district.permission import said
from services.lifecycle.district.state import Hearing, Reassessed, Revoked, Standing
from shared.contracts.core import Outcome, Refusal
from shared.contracts.lifecycle import HearingClosed, HearingInvited, StatementMade, TitleRevoked
from shared.contracts.refusing import first, unless
from shared.programme.policy import policy
from shared.programme.remedies import remedies
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError

RevocationCommand: TypeAlias = InviteHearing | MakeStatement | CloseHearing | RevokeTitle


def decide_revocation(state: Standing, command: RevocationCommand) -> Outcome:
    """What comes of a command about the hearing and the revocation."""
    match command:
        case InviteHearing():
            return _invite(state, command)
        case MakeStatement():
            return _state(state, command)
        case CloseHearing():
            over = isinstance(state, Hearing) and state.invitation.due.on == command.due
            return _closed(state) if over and command.context.effective_on > command.due else ()
        case RevokeTitle():
            return _revoke(state, command)


def is_revoked_so(state: Revoked, command: RevokeTitle) -> bool:
    """Whether this very revocation is on record."""
    number = _number(command.document_number)
    return not isinstance(number, Refusal) and str(number) == state.revocation.document_number


def _invite(state: Standing, command: InviteHearing) -> Outcome:
    refusal = said(command.grounds, "grounds")
    if refusal:
        return refusal
    if isinstance(state, Hearing) and state.invitation.grounds == command.grounds:
        return ()
    if not isinstance(state, Reassessed) or state.result.passed:
        return Refusal(rules.HEARD_AFTER_FAILING)
    on = command.context.effective_on
    return (
        HearingInvited(
            case_id=state.district.case_id,
            invited_on=on,
            grounds=command.grounds,
            due=hearing_due(on, policy(state.district.policy_version)),
        ),
    )


def _state(state: Standing, command: MakeStatement) -> Outcome:
    refusal = said(command.text, "text")
    if refusal:
        return refusal
    if not isinstance(state, Hearing):
        return Refusal(rules.HEARING_RUNS)
    office = command.context.actor.office
    if any((one.office, one.text) == (office, command.text) for one in state.statements):
        return ()
    if state.closed or command.context.effective_on > state.invitation.due.on:
        return Refusal(rules.HEARING_RUNS, state.invitation.due.on.isoformat())
    return (
        StatementMade(
            case_id=state.district.case_id,
            text=command.text,
            office=office,
            made_by=command.context.actor.subject,
        ),
    )


def _closed(state: Standing) -> tuple[HearingClosed, ...]:
    if not isinstance(state, Hearing) or state.closed:
        return ()
    return (HearingClosed(case_id=state.district.case_id, due=state.invitation.due, statements=len(state.statements)),)


def _revoke(state: Standing, command: RevokeTitle) -> Outcome:
    number = _number(command.document_number)
    refusal = first(
        number if isinstance(number, Refusal) else None,
        said(command.reasons, "reasons"),
    )
    if refusal:
        return refusal
    if not isinstance(state, Hearing):
        return Refusal(rules.HEARD_FIRST)
    on = command.context.effective_on
    weighed = not state.statements or bool(command.statement_considered.strip())
    refusal = first(
        unless(on > state.invitation.due.on, rules.HEARD_FIRST, state.invitation.due.on.isoformat()),
        _of_another_year(number, on.year),
        unless(weighed, rules.STATEMENT_WEIGHED, field="statement_considered"),
    )
    return refusal or (
        *_closed(state),
        TitleRevoked(
            case_id=state.district.case_id,
            document_number=str(number),
            revoked_on=on,
            reasons=command.reasons,
            statement_considered=command.statement_considered,
            remedies=command.remedies.strip() or remedies(policy(state.district.policy_version)),
            decided_by=command.context.actor.subject,
        ),
    )


def _of_another_year(number: DocumentNumber | Refusal, year: int) -> Refusal | None:
    own = isinstance(number, DocumentNumber) and number.year == year
    return unless(own, rules.NUMBER_OF_THE_YEAR, str(year), field="document_number")


def _number(text: str) -> DocumentNumber | Refusal:
    try:
        return DocumentNumber.parse(text)
    except DocumentNumberError as error:
        return Refusal(rules.DOCUMENT_NUMBERED, f"{error.message_zh} {error.message_en}", "document_number")
