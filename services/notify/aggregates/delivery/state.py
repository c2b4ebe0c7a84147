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
    BounceReceived,
    DeliveryAccepted,
    DeliveryDeferred,
    DeliveryDelivered,
    DeliveryExpired,
    DeliveryRejected,
    DeliveryReleased,
    DeliveryRequested,
    DeliverySuperseded,
    DeliverySuppressed,
    DeliveryUndelivered,
    LateAnswerKept,
    ReceiptMissing,
    ReceiptReceived,
    ResendOrdered,
)


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was requested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """``late`` are the answers (attempt, outcome) that came too late to count, kept once each."""

    late: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Ready(_Told):
    """May be sent. ``attempts`` were made before; ``retry_at`` is when the next is allowed (none: now)."""

    notice: DeliveryRequested
    attempts: int = 0
    first_at: datetime | None = None
    retry_at: datetime | None = None
    possible_duplicate: bool = False

    @property
    def expires_at(self) -> datetime | None:
        """From when on it is not sent any more; what a person has ordered again is sent whenever that was."""
        return None if self.possible_duplicate else self.notice.expires_at


@dataclass(frozen=True, slots=True)
class Deferred(_Told):
    """Waits for the morning, then it is what it was."""

    ready: Ready
    until: datetime

    @property
    def notice(self) -> DeliveryRequested:
        """The frozen message."""
        return self.ready.notice


@dataclass(frozen=True, slots=True)
class Attempting(_Told):
    """An attempt is under way, or its worker has died: its lease tells."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Unknown(_Told):
    """Perhaps sent. Stays so until the provider says, or an operator resends."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    first_at: datetime
    reason: str
    receipts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted(_Told):
    """With the provider; ``receipts`` by its references, ``settled`` once they decide (``final``: for good).

    ``missing``: no receipt came in the time that is waited for it.
    """

    notice: DeliveryRequested
    attempt: AttemptStarted
    references: tuple[str, ...]
    receipts: tuple[tuple[str, str], ...] = ()
    settled: Literal["", "delivered", "undelivered"] = ""
    final: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Closed(_Told):
    """Will not be sent (any more), unless an operator orders it again; ``attempt`` is the last one that was begun."""

    notice: DeliveryRequested
    state: Literal["suppressed", "superseded", "expired", "rejected"]
    reason: str
    attempt: int = 0


Delivery: TypeAlias = Blank | Ready | Deferred | Attempting | Unknown | Accepted | Closed


def stage(state: Delivery) -> str:
    """The state's name, as it is shown."""
    match state:
        case Blank():
            return "blank"
        case Ready(retry_at=None):
            return "ready"
        case Ready():
            return "not-sent"
        case Deferred():
            return "deferred"
        case Attempting():
            return "attempting"
        case Unknown():
            return "unknown"
        case Accepted():
            return state.settled or ("no-receipt" if state.missing else "accepted")
        case Closed():
            return state.state
    assert_never(state)


def evolve(state: Delivery, event: Event) -> Delivery:
    """The state after an event; never refuses."""
    if isinstance(event, DeliveryRequested):
        return Ready(event)
    if isinstance(state, Blank):
        return state
    if isinstance(event, LateAnswerKept):
        return replace(state, late=state.late | {(event.attempt, event.outcome)})
    after = _evolve(event, state)
    return replace(after, late=state.late) if state.late else after


Known: TypeAlias = Ready | Deferred | Attempting | Unknown | Accepted | Closed
RESENDABLE = frozenset({"unknown", "undelivered", "no-receipt", "rejected", "expired"})
"""What has not arrived, or of which nobody knows."""


def attempts(state: Known) -> int:
    """How many attempts were begun."""
    match state:
        case Ready():
            return state.attempts
        case Deferred():
            return state.ready.attempts
        case Closed():
            return state.attempt
        case Attempting() | Unknown() | Accepted():
            return state.attempt.attempt


@singledispatch
def _evolve(_event: Event, state: Known) -> Known:
    return state


@_evolve.register
def _(event: AttemptStarted, state: Known) -> Known:
    first_at = state.first_at if isinstance(state, Ready) and state.first_at else event.started_at
    return Attempting(state.notice, event, first_at)


@_evolve.register
def _(event: AttemptNotSent, state: Known) -> Known:
    if not isinstance(state, Attempting | Unknown):
        return state
    started = state.attempt
    return Ready(state.notice, started.attempt, state.first_at, event.retry_at, started.possible_duplicate)


@_evolve.register
def _(event: AttemptUnknown, state: Known) -> Known:
    return (
        Unknown(state.notice, state.attempt, state.first_at, event.reason) if isinstance(state, Attempting) else state
    )


@_evolve.register
def _(event: DeliveryAccepted, state: Known) -> Known:
    if not isinstance(state, Attempting | Unknown):
        return state
    before = state.receipts if isinstance(state, Unknown) else ()
    return Accepted(state.notice, state.attempt, event.references, before)


@_evolve.register
def _(event: DeliveryDeferred, state: Known) -> Known:
    return Deferred(state, event.until) if isinstance(state, Ready) else state


@_evolve.register
def _(_event: DeliveryReleased, state: Known) -> Known:
    return state.ready if isinstance(state, Deferred) else state


@_evolve.register
def _(event: BounceReceived, state: Known) -> Known:
    if not isinstance(state, Accepted | Unknown):
        return state
    return replace(state, receipts=(*state.receipts, (event.action, event.status)))


@_evolve.register
def _(_event: ReceiptMissing, state: Known) -> Known:
    return replace(state, missing=True) if isinstance(state, Accepted) else state


@_evolve.register
def _(event: ReceiptReceived, state: Known) -> Known:
    if not isinstance(state, Accepted):
        return state
    return replace(state, receipts=(*state.receipts, (event.reference, event.status)))


@_evolve.register
def _(_event: DeliveryDelivered, state: Known) -> Known:
    return replace(state, settled="delivered", final=True) if isinstance(state, Accepted) else state


@_evolve.register
def _(event: DeliveryUndelivered, state: Known) -> Known:
    if not isinstance(state, Accepted):
        return state
    return replace(state, settled="undelivered", final=event.permanent)


@_evolve.register
def _(_event: ResendOrdered, state: Known) -> Known:
    return Ready(state.notice, attempts(state), None, None, possible_duplicate=True)


@_evolve.register
def _(event: DeliveryRejected, state: Known) -> Known:
    return Closed(state.notice, "rejected", event.reason, event.attempt)


@_evolve.register
def _(event: DeliverySuppressed, state: Known) -> Known:
    return Closed(state.notice, "suppressed", event.reason)


@_evolve.register
def _(event: DeliverySuperseded, state: Known) -> Known:
    return Closed(state.notice, "superseded", event.reason, attempts(state))


@_evolve.register
def _(event: DeliveryExpired, state: Known) -> Known:
    return Closed(state.notice, "expired", event.reason, attempts(state))
