"""Who at the province holds a case (主办人): claiming it, letting it go, handing it to a colleague.

Holding says whom to ask. Whoever may act in a case may act in one that a colleague holds.
"""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.state import CaseHolder, OnFile
from shared.contracts import review as events
from shared.contracts.core import Actor, Outcome, Refusal, Role, Rule
from shared.contracts.refusing import first, unless


def claim(state: OnFile, command: commands.ClaimCase) -> Outcome:
    """An officer takes a case that nobody holds."""
    actor, held = command.context.actor, state.file.holder
    if held is None:
        name = actor.name or actor.subject
        case_id = state.file.case_id
        return (events.CaseClaimed(case_id=case_id, holder=actor.subject, holder_name=name, office=actor.office),)
    return () if held.subject == actor.subject else _held(rules.CASE_IS_HANDED_OVER_NOT_CLAIMED, held)


def release(state: OnFile, command: commands.ReleaseCase) -> Outcome:
    """The holder, or a lead, lets the case go."""
    held = state.file.holder
    if held is None:
        return ()
    return _not_theirs(held, command.context.actor) or (
        events.CaseReleased(case_id=state.file.case_id, holder=held.subject),
    )


def hand_over(state: OnFile, command: commands.HandOverCase) -> Outcome:
    """The holder, or a lead, gives the case to a colleague; a lead gives one that nobody holds, too."""
    actor, held = command.context.actor, state.file.holder
    named = command.holder and command.holder_name
    if refusal := unless(bool(named), rules.SUCCESSOR_IS_NAMED, field="holder_name" if command.holder else "holder"):
        return refusal
    before = held.subject if held else ""
    if before == command.holder:
        return ()
    return first(_not_theirs(held, actor), _changed_hands(held, command.held_by)) or (
        events.CaseHandedOver(
            case_id=state.file.case_id,
            before=before,
            holder=command.holder,
            holder_name=command.holder_name,
            office=actor.office,
        ),
    )


def _not_theirs(held: CaseHolder | None, actor: Actor) -> Refusal | None:
    is_holder = held is not None and held.subject == actor.subject
    return None if is_holder or actor.has(Role.PROVINCE_LEAD) else _held(rules.HOLDER_OR_LEAD, held)


def _changed_hands(held: CaseHolder | None, held_by: str) -> Refusal | None:
    as_thought = not held_by or (held is not None and held.subject == held_by)
    return None if as_thought else _held(rules.CASE_IS_HELD_AS_THOUGHT, held)


def _held(rule: Rule, held: CaseHolder | None) -> Refusal:
    """A refusal that names the holder."""
    if held is None:
        return Refusal(rule, "Nobody holds it", detail_zh="目前无人主办")
    return Refusal(rule, f"{held.name} holds it", detail_zh=f"主办人：{held.name}")
