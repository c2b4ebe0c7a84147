"""Who may do what in notify: most is done by rule, some by whoever it is about, the rest by operators."""

from __future__ import annotations

from services.notify.aggregates import rules
from shared.contracts.core import Context, Refusal, Role
from shared.contracts.refusing import unless


def system_only(context: Context) -> Refusal | None:
    """Refuses every person."""
    return unless(context.actor.has(Role.SYSTEM), rules.SYSTEM_ONLY)


def operator_resends(context: Context) -> Refusal | None:
    """Refuses whoever is no operator a say in what becomes of a message."""
    return unless(context.actor.has(Role.OPERATOR), rules.OPERATOR_ONLY)


def operator_pauses(context: Context, *, or_system: bool = False) -> Refusal | None:
    """Refuses whoever is no operator a say in which provider is used; pausing one the service itself may."""
    allowed = (Role.OPERATOR, Role.SYSTEM) if or_system else (Role.OPERATOR,)
    return unless(context.actor.has(*allowed), rules.OPERATOR_PAUSES)


def own_contact(context: Context, office: str) -> Refusal | None:
    """Refuses whoever is neither of the office, nor of the province, nor an operator."""
    actor = context.actor
    superior = actor.has(Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR)
    return unless(actor.office == office or superior, rules.OWN_CONTACT, actor.office)


def own_preferences(context: Context, owner: str) -> Refusal | None:
    """Refuses whoever is neither the owner nor an operator; the service speaks for who holds a notice's own code."""
    actor = context.actor
    in_their_place = actor.has(Role.OPERATOR, Role.SYSTEM)
    return unless(actor.office == owner or in_their_place, rules.OWN_PREFERENCES, actor.office)


def own_subscription(*, token_right: bool) -> Refusal | None:
    """Refuses whoever does not have the code that was sent to the subscriber."""
    return unless(token_right, rules.TOKEN_RIGHT, field="token")


__all__ = [
    "operator_pauses",
    "operator_resends",
    "own_contact",
    "own_preferences",
    "own_subscription",
    "system_only",
]
