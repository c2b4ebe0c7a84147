"""Delegations: granted for a time, ended at any time."""

from __future__ import annotations

from datetime import timedelta

from services.office import rules
from services.office.office.commands import EndDelegation, GrantDelegation
from services.office.office.state import OfficeState
from shared.contracts import office as events
from shared.contracts.core import Outcome, Refusal, derived_id
from shared.contracts.refusing import first, unless
from shared.programme.dates.chronology import planned_days
from shared.programme.delegating import kinds_of
from shared.programme.policy import policy_in_force
from shared.programme.values.writing import is_blank
from shared.programme.vocabulary import ActKind


def grant(state: OfficeState, command: GrantDelegation) -> Outcome:
    """Let a colleague act; nothing where the very same stands already."""
    if refusal := first(_delegate(command), _kinds(command), _days(command)):
        return refusal
    granted = _granted(command)
    if any(_same(granted, each) for each in state.delegations):
        return ()
    return (granted,)


def end(state: OfficeState, command: EndDelegation) -> Outcome:
    """End a delegation, whether it has begun or not; nothing where it was ended already."""
    if command.delegation_id in state.ended:
        return ()
    granted = state.delegation(command.delegation_id)
    if granted is None:
        return Refusal(rules.DELEGATION_EXISTS)
    if granted.last_day < command.context.today:
        return Refusal(rules.DELEGATION_IS_NOT_OVER, granted.last_day.isoformat())
    return (events.DelegationEnded(delegation_id=granted.delegation_id, ended_by=command.context.actor.subject),)


def _delegate(command: GrantDelegation) -> Refusal | None:
    own = command.context.actor
    return first(
        unless(not is_blank(command.delegate), rules.COLLEAGUE_IS_NAMED, field="delegate"),
        unless(not is_blank(command.delegate_name), rules.COLLEAGUE_IS_NAMED, field="delegate_name"),
        unless(command.delegate_office == own.office, rules.COLLEAGUE_IS_OF_THE_OFFICE, field="delegate_office"),
        unless(command.delegate != own.subject, rules.COLLEAGUE_IS_ANOTHER, field="delegate"),
    )


def _kinds(command: GrantDelegation) -> Refusal | None:
    own = kinds_of(command.context.actor.roles)
    others = [kind for kind in command.kinds if kind not in own]
    return first(
        unless(bool(command.kinds), rules.KINDS_ARE_NAMED, field="kinds"),
        unless(
            not others,
            rules.KINDS_ARE_ONES_OWN,
            ", ".join(kind.en for kind in others),
            field="kinds",
            detail_zh="、".join(kind.zh for kind in others),
        ),
    )


def _days(command: GrantDelegation) -> Refusal | None:
    today, law = command.context.today, policy_in_force(command.context.today)
    begins, ahead = command.first_day, planned_days(today, law)
    last = begins + timedelta(days=law.delegation_days_max - 1)
    return first(
        unless(begins in ahead, rules.BEGINS_SOON, str(ahead), field="first_day"),
        unless(command.last_day >= begins, rules.DAYS_ARE_IN_ORDER, begins.isoformat(), field="last_day"),
        unless(command.last_day <= last, rules.ENDS_IN_TIME, last.isoformat(), field="last_day"),
    )


def _granted(command: GrantDelegation) -> events.DelegationGranted:
    own = command.context.actor
    return events.DelegationGranted(
        delegation_id=str(derived_id("delegation", command.context.command_id)),
        principal=events.Officer(subject=own.subject, name=own.name, office=own.office),
        delegate=events.Officer(subject=command.delegate, name=command.delegate_name, office=command.delegate_office),
        roles=tuple(sorted(own.roles)),
        kinds=tuple(kind for kind in ActKind if kind in command.kinds),
        first_day=command.first_day,
        last_day=command.last_day,
    )


def _same(one: events.DelegationGranted, other: events.DelegationGranted) -> bool:
    """Whether the same person lets the same colleague do the same, on the same days."""
    return (one.principal.subject, one.delegate.subject, one.kinds, one.first_day, one.last_day) == (
        other.principal.subject,
        other.delegate.subject,
        other.kinds,
        other.first_day,
        other.last_day,
    )


__all__ = ["end", "grant"]
