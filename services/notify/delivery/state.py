"""What a delivery can be, and how events change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import singledispatch
from typing import Literal, TypeAlias, assert_never

from shared.contracts.core import Event
from shared.contracts.notify import (
    AttemptNotSent,
    AttemptStarted,
    AttemptUnknown,
    DeliveryAccepted,
    DeliveryDelivered,
    DeliveryExpired,
    DeliveryRejected,
    DeliveryRequested,
    DeliverySuperseded,
    DeliverySuppressed,
    DeliveryUndelivered,
    ReceiptReceived,
    ResendOrdered,
)


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was requested."""


@dataclass(frozen=True, slots=True)
class Ready:
    """May be sent. ``attempts`` were made before; ``retry_at`` is when the next is allowed (none: now)."""

    notice: DeliveryRequested
    attempts: int = 0
    first_at: datetime | None = None
    retry_at: datetime | None = None
    possible_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Attempting:
    """An attempt is under way, or its worker has died: its lease tells."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps sent. Stays so until the provider says, or an operator resends."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    first_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """With the provider; ``receipts`` by its references, ``settled`` once they decide."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    references: tuple[str, ...]
    receipts: tuple[tuple[str, str], ...] = ()
    settled: Literal["", "delivered", "undelivered"] = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Will not be sent (any more)."""

    notice: DeliveryRequested
    state: Literal["suppressed", "superseded", "expired", "rejected"]
    reason: str
    attempt: int = 0


Delivery: TypeAlias = Blank | Ready | Attempting | Unknown | Accepted | Closed


def stage(state: Delivery) -> str:
    """The state's name, as it is shown."""
    match state:
        case Blank():
            return "blank"
        case Ready(retry_at=None):
            return "ready"
        case Ready():
            return "not-sent"
        case Attempting():
            return "attempting"
        case Unknown():
            return "unknown"
        case Accepted():
            return state.settled or "accepted"
        case Closed():
            return state.state
    assert_never(state)


def evolve(state: Delivery, event: Event) -> Delivery:
    """The state after an event; never refuses."""
    if isinstance(event, DeliveryRequested):
        return Ready(event)
    return state if isinstance(state, Blank) else _evolve(event, state)


Known: TypeAlias = Ready | Attempting | Unknown | Accepted | Closed


@singledispatch
def _evolve(_event: Event, state: Known) -> Delivery:
    return state


@_evolve.register
def _(event: AttemptStarted, state: Known) -> Delivery:
    first_at = state.first_at if isinstance(state, Ready) and state.first_at else event.started_at
    return Attempting(state.notice, event, first_at)


@_evolve.register
def _(event: AttemptNotSent, state: Known) -> Delivery:
    if not isinstance(state, Attempting | Unknown):
        return state
    started = state.attempt
    return Ready(state.notice, started.attempt, state.first_at, event.retry_at, started.possible_duplicate)


@_evolve.register
def _(event: AttemptUnknown, state: Known) -> Delivery:
    return (
        Unknown(state.notice, state.attempt, state.first_at, event.reason) if isinstance(state, Attempting) else state
    )


@_evolve.register
def _(event: DeliveryAccepted, state: Known) -> Delivery:
    if not isinstance(state, Attempting | Unknown):
        return state
    return Accepted(state.notice, state.attempt, event.references)


@_evolve.register
def _(event: ReceiptReceived, state: Known) -> Delivery:
    if not isinstance(state, Accepted):
        return state
    return replace(state, receipts=(*state.receipts, (event.reference, event.status)))


@_evolve.register
def _(_event: DeliveryDelivered, state: Known) -> Delivery:
    return replace(state, settled="delivered") if isinstance(state, Accepted) else state


@_evolve.register
def _(_event: DeliveryUndelivered, state: Known) -> Delivery:
    return replace(state, settled="undelivered") if isinstance(state, Accepted) else state


@_evolve.register
def _(_event: ResendOrdered, state: Known) -> Delivery:
    if not isinstance(state, Unknown):
        return state
    return Ready(state.notice, state.attempt.attempt, None, None, possible_duplicate=True)


@_evolve.register
def _(event: DeliveryRejected, state: Known) -> Delivery:
    return Closed(state.notice, "rejected", event.reason, event.attempt)


@_evolve.register
def _(event: DeliverySuppressed, state: Known) -> Delivery:
    return Closed(state.notice, "suppressed", event.reason)


@_evolve.register
def _(event: DeliverySuperseded, state: Known) -> Delivery:
    return Closed(state.notice, "superseded", event.reason)


@_evolve.register
def _(event: DeliveryExpired, state: Known) -> Delivery:
    return Closed(state.notice, "expired", event.reason)
