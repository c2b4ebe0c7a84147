"""Who may do what in notify. Most is done by rule, some by those it is about, the rest by operators."""

from __future__ import annotations

from services.notify.aggregates import rules
from shared.contracts.core import Context, Refusal, Role
from shared.contracts.refusing import unless


def system_only(context: Context) -> Refusal | None:
    """Only the service itself does this, by rule."""
    return unless(context.actor.has(Role.SYSTEM), rules.SYSTEM_ONLY)


def operator_resends(context: Context) -> Refusal | None:
    """Only operators decide what becomes of a message by hand."""
    return unless(context.actor.has(Role.OPERATOR), rules.OPERATOR_ONLY)


def operator_pauses(context: Context, *, or_system: bool) -> Refusal | None:
    """Only operators decide which provider is used; the service itself may pause one."""
    allowed = (Role.OPERATOR, Role.SYSTEM) if or_system else (Role.OPERATOR,)
    return unless(context.actor.has(*allowed), rules.OPERATOR_PAUSES)


def own_contact(context: Context, office: str) -> Refusal | None:
    """Only the office itself, the province and operators register its contact."""
    actor = context.actor
    superior = actor.has(Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR)
    return unless(actor.office == office or superior, rules.OWN_CONTACT, actor.office)


def own_preferences(context: Context, owner: str) -> Refusal | None:
    """Only the owner and operators choose. The service chooses for whoever holds a notice's code."""
    actor = context.actor
    in_their_place = actor.has(Role.OPERATOR, Role.SYSTEM)
    return unless(actor.office == owner or in_their_place, rules.OWN_PREFERENCES, actor.office)


def own_subscription(*, token_right: bool) -> Refusal | None:
    """Only whoever has the code that was sent to the subscriber may do this."""
    return unless(token_right, rules.TOKEN_RIGHT, field="token")


__all__ = [
    "operator_pauses",
    "operator_resends",
    "own_contact",
    "own_preferences",
    "own_subscription",
    "system_only",
]
