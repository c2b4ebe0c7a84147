"""Objections during publicity, 四（四）: filed by anybody, answered one by one, or set aside together as abuse."""

from __future__ import annotations

from collections.abc import Mapping

from services.review import rules
from services.review.case import commands
from services.review.case.state import InPublicity, Objection, OnFile, Publicised
from shared.contracts import review as events
from shared.contracts.core import Outcome, Refusal, derived_id
from shared.contracts.refusing import first, unless
from shared.programme.values.writing import letters


def file_objection(state: OnFile, command: commands.FileObjection) -> Outcome:
    """Anybody objects, while publicity runs, with their name and a text."""
    refusal = first(
        unless(bool(command.objector.strip()), rules.TEXT_IS_GIVEN, field="objector"),
        unless(bool(command.text.strip()), rules.TEXT_IS_GIVEN, field="text"),
    )
    if refusal:
        return refusal
    filed = state.objections if isinstance(state, Publicised) else ()
    if any((objection.objector, objection.text) == (command.objector, command.text) for objection in filed):
        return ()
    if not isinstance(state, InPublicity) or not state.starts_on <= command.context.today <= state.ends.on:
        return Refusal(rules.OBJECTIONS_ARE_HEARD_DURING_PUBLICITY)
    waiting = sum(objection.open for objection in state.objections)
    most = state.file.policy.objections_open_max
    by_the_public = not command.context.actor.roles
    return unless(waiting < most or not by_the_public, rules.OBJECTIONS_ARE_WORKED_OFF, str(most)) or (
        events.ObjectionFiled(
            case_id=state.file.case_id,
            objection_id=str(derived_id(command.context.command_id, "objection")),
            objector=command.objector,
            text=command.text,
            client=command.client,
            waiting=waiting + 1,
        ),
    )


def answer_objection(state: OnFile, command: commands.AnswerObjection) -> Outcome:
    """An objection is upheld or not, with an answer."""
    objection = state.objection(command.objection_id) if isinstance(state, Publicised) else None
    if objection is None:
        return Refusal(rules.OBJECTION_IS_KNOWN, command.objection_id, "objection_id")
    if objection.upheld is not None:
        same = (objection.upheld, objection.answer) == (command.upheld, command.answer)
        return unless(same, rules.OBJECTION_IS_ANSWERED_ONCE) or ()
    return unless(bool(command.answer.strip()), rules.TEXT_IS_GIVEN, field="answer") or (
        events.ObjectionAnswered(
            case_id=state.file.case_id,
            objection_id=command.objection_id,
            upheld=command.upheld,
            answer=command.answer,
        ),
    )


def set_aside(state: OnFile, command: commands.SetAsideObjections) -> Outcome:
    """Abuse needs no answer to each: one reason is given for all, and approval need not wait for them."""
    filed = state.objections if isinstance(state, Publicised) else ()
    known = {objection.objection_id: objection for objection in filed}
    chosen = _chosen(known, command)
    refusal = first(
        unless(bool(command.reason.strip()), rules.REASONS_ARE_GIVEN, field="reason"),
        *(_cannot_be_set_aside(known, ident) for ident in command.objection_ids),
        _from_nowhere(known, command.same_client_as),
        _unknown(known, command.same_text_as, "same_text_as"),
        unless(bool(chosen), rules.OBJECTIONS_ARE_NAMED, field="objection_ids"),
    )
    still_open = tuple(objection.objection_id for objection in chosen if objection.open)
    if refusal or not still_open:
        return refusal or ()
    return (
        events.ObjectionsSetAside(
            case_id=state.file.case_id,
            objection_ids=still_open,
            reason=command.reason,
            decided_by=command.context.actor.subject,
        ),
    )


def _chosen(known: Mapping[str, Objection], command: commands.SetAsideObjections) -> tuple[Objection, ...]:
    """Those named, then the unanswered ones from the same client as one, and those that say the same as one; each
    once."""
    named = (known[ident] for ident in command.objection_ids if ident in known)
    unanswered = [objection for objection in known.values() if objection.upheld is None]
    client, text = known.get(command.same_client_as), known.get(command.same_text_as)
    from_there = (objection for objection in unanswered if client and objection.client == client.client)
    saying_so = (objection for objection in unanswered if text and letters(objection.text) == letters(text.text))
    return tuple(dict.fromkeys((*named, *from_there, *saying_so)))


def _cannot_be_set_aside(known: Mapping[str, Objection], ident: str) -> Refusal | None:
    answered = ident in known and known[ident].upheld is not None
    return first(
        unless(ident in known, rules.OBJECTION_IS_KNOWN, ident, field="objection_ids"),
        unless(not answered, rules.OBJECTION_IS_ANSWERED_ONCE, ident, field="objection_ids"),
    )


def _from_nowhere(known: Mapping[str, Objection], ident: str) -> Refusal | None:
    """Whose client is not known is like nobody."""
    nowhere = ident in known and not known[ident].client
    return first(
        _unknown(known, ident, "same_client_as"),
        unless(not nowhere, rules.CLIENT_IS_KNOWN, ident, field="same_client_as"),
    )


def _unknown(known: Mapping[str, Objection], ident: str, field: str) -> Refusal | None:
    """An objection that others are likened to is one of the case; none need be."""
    return unless(not ident or ident in known, rules.OBJECTION_IS_KNOWN, ident, field=field)
