"""An address to which nothing more is sent: a mail server said for good that nobody has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.notify.aggregates.permission import system_only
from shared.contracts import notify as events
from shared.contracts.core import Command, Decider, Event, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class SuppressAddress(Command):
    """Send nothing more to the address of a notice that came back."""

    suppression_id: str
    notice: events.DeliveryRequested
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseAddress(Command):
    """Send to it again."""

    suppression_id: str
    reason: str


SuppressionCommand: TypeAlias = SuppressAddress | ReleaseAddress
Suppression: TypeAlias = events.AddressSuppressed | None
"""The suppression that stands, or none."""


def evolve(state: Suppression, event: Event) -> Suppression:
    """The state after an event."""
    match event:
        case events.AddressSuppressed():
            return event
        case events.AddressReleased():
            return None
        case _:
            return state


def decide(state: Suppression, command: SuppressionCommand) -> Outcome:
    """The service suppresses by what came back, operators release."""
    match command:
        case SuppressAddress():
            return system_only(command.context) or _suppress(state, command)
        case ReleaseAddress():
            return _release(state, command)
        case _:
            assert_never(command)


def _suppress(state: Suppression, command: SuppressAddress) -> tuple[Event, ...]:
    if state is not None:
        return ()
    notice = command.notice
    return (
        events.AddressSuppressed(
            suppression_id=command.suppression_id,
            channel=notice.channel,
            recipient=notice.recipient,
            address=notice.address,
            delivery_id=notice.delivery_id,
            reason=command.reason,
        ),
    )


def _release(state: Suppression, command: ReleaseAddress) -> tuple[Event, ...]:
    if state is None:
        return ()
    released_by = command.context.actor.subject
    return (
        events.AddressReleased(suppression_id=command.suppression_id, reason=command.reason, released_by=released_by),
    )


SUPPRESSION: Decider[Suppression, SuppressionCommand] = Decider("notify", "suppression", None, evolve, decide)
