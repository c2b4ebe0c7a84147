"""Objections during publicity, 四（四）: filed by anybody, answered one by one, or set aside together as abuse."""

from __future__ import annotations

from collections.abc import Iterator

from services.review import rules
from services.review.case import commands as asked
from services.review.case import permission
from services.review.case.stages import InPublicity, Objection, OnFile, Publicised
from shared.contracts import review as happened
from shared.contracts.core import Outcome, Refusal, derived_id
from shared.programme.values.writing import letters


def file_objection(state: OnFile, command: asked.FileObjection) -> Outcome:
    """Anybody objects, while publicity runs, with their name and a text."""
    if not command.objector.strip():
        return Refusal(rules.TEXT_IS_GIVEN, field="objector")
    if not command.text.strip():
        return Refusal(rules.TEXT_IS_GIVEN, field="text")
    known = state.objections if isinstance(state, Publicised) else ()
    if any((one.objector, one.text) == (command.objector, command.text) for one in known):
        return ()
    if not isinstance(state, InPublicity) or not state.starts_on <= command.context.today <= state.ends.on:
        return Refusal(rules.OBJECTIONS_ARE_HEARD_DURING_PUBLICITY)
    waiting = sum(one.open for one in state.objections)
    if by_the_public(command) and waiting >= state.policy.objections_open_max:
        return Refusal(rules.OBJECTIONS_ARE_WORKED_OFF, str(state.policy.objections_open_max))
    return (
        happened.ObjectionFiled(
            case_id=state.case_id,
            objection_id=str(derived_id(command.context.command_id, "objection")),
            objector=command.objector,
            text=command.text,
            client=command.client,
            waiting=waiting + 1,
        ),
    )


def by_the_public(command: asked.FileObjection) -> bool:
    """Whether it comes from somebody without an account."""
    return not command.context.actor.roles


def answer_objection(state: OnFile, command: asked.AnswerObjection) -> Outcome:
    """An objection is upheld or not, with an answer."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    objection = state.objection(command.objection_id) if isinstance(state, Publicised) else None
    if objection is None:
        return Refusal(rules.OBJECTION_IS_KNOWN, command.objection_id, "objection_id")
    if objection.upheld is not None:
        same = (objection.upheld, objection.answer) == (command.upheld, command.answer)
        return () if same else Refusal(rules.OBJECTION_IS_ANSWERED_ONCE)
    if not command.answer.strip():
        return Refusal(rules.TEXT_IS_GIVEN, field="answer")
    return (
        happened.ObjectionAnswered(
            case_id=state.case_id,
            objection_id=command.objection_id,
            upheld=command.upheld,
            answer=command.answer,
        ),
    )


def set_aside(state: OnFile, command: asked.SetAsideObjections) -> Outcome:
    """Abuse needs no answer to each: one reason is given for all, and approval need not wait for them."""
    if refusal := permission.impartial_officer(state, command):
        return refusal
    if not command.reason.strip():
        return Refusal(rules.REASONS_ARE_GIVEN, field="reason")
    known = {one.objection_id: one for one in state.objections} if isinstance(state, Publicised) else {}
    chosen: dict[str, Objection] = {}
    for found in _chosen(known, command):
        if isinstance(found, Refusal):
            return found
        chosen[found.objection_id] = found
    if not chosen:
        return Refusal(rules.OBJECTIONS_ARE_NAMED, field="objection_ids")
    still_open = tuple(ident for ident, one in chosen.items() if one.open)
    if not still_open:
        return ()
    return (
        happened.ObjectionsSetAside(
            case_id=state.case_id,
            objection_ids=still_open,
            reason=command.reason,
            decided_by=command.context.actor.subject,
        ),
    )


def _chosen(known: dict[str, Objection], command: asked.SetAsideObjections) -> Iterator[Objection | Refusal]:
    for ident in command.objection_ids:
        found = known.get(ident)
        if found is None:
            yield Refusal(rules.OBJECTION_IS_KNOWN, ident, "objection_ids")
        elif found.upheld is not None:
            yield Refusal(rules.OBJECTION_IS_ANSWERED_ONCE, ident, "objection_ids")
        else:
            yield found
    for field, ident in (("same_client_as", command.same_client_as), ("same_text_as", command.same_text_as)):
        like = known.get(ident)
        if ident and like is None:
            yield Refusal(rules.OBJECTION_IS_KNOWN, ident, field)
        elif like is not None and field == "same_client_as" and not like.client:
            yield Refusal(rules.CLIENT_IS_KNOWN, ident, field)
        elif like is not None:
            yield from (one for one in known.values() if one.upheld is None and _alike(one, like, field))


def _alike(one: Objection, other: Objection, field: str) -> bool:
    if field == "same_client_as":
        return one.client == other.client
    return letters(one.text) == letters(other.text)


__all__ = ["answer_objection", "file_objection", "set_aside"]
