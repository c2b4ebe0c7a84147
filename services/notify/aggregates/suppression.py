"""An address to which nothing more is sent: a mail server said for good that nobody has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.notify import AddressReleased, AddressSuppressed, Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class SuppressAddress(Command):
    """Send nothing more to the address of a delivery that came back."""

    suppression_id: str
    channel: Channel
    recipient: str
    address: str
    delivery_id: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseAddress(Command):
    """Send to it again."""

    suppression_id: str
    reason: str


SuppressionCommand: TypeAlias = SuppressAddress | ReleaseAddress
Suppression: TypeAlias = AddressSuppressed | None
"""The suppression that stands, or none."""


def evolve(state: Suppression, event: Event) -> Suppression:
    """The state after an event."""
    match event:
        case AddressSuppressed():
            return event
        case AddressReleased():
            return None
    return state


def decide(state: Suppression, command: SuppressionCommand) -> Outcome:
    """The service suppresses by what came back, operators release."""
    actor = command.context.actor
    match command:
        case SuppressAddress():
            if not actor.has(Role.SYSTEM):
                return Refusal(rules.SYSTEM_ONLY)
            return () if state is not None else (_suppressed(command),)
        case ReleaseAddress():
            if state is None:
                return ()
            released = AddressReleased(
                suppression_id=command.suppression_id, reason=command.reason, released_by=actor.subject
            )
            return (released,)
    assert_never(command)


def _suppressed(command: SuppressAddress) -> AddressSuppressed:
    return AddressSuppressed(
        suppression_id=command.suppression_id,
        channel=command.channel,
        recipient=command.recipient,
        address=command.address,
        delivery_id=command.delivery_id,
        reason=command.reason,
    )


SUPPRESSION: Decider[Suppression, SuppressionCommand] = Decider("notify", "suppression", None, evolve, decide)
