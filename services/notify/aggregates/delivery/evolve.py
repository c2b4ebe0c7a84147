"""How events change a delivery: each event once."""

from __future__ import annotations

from dataclasses import replace

from services.notify.aggregates.delivery.state import (
    Attempting,
    Blank,
    Deferred,
    Delivery,
    GivenUp,
    Known,
    Ready,
    Unknown,
    WithProvider,
    attempts,
)
from shared.contracts import notify as events
from shared.contracts.core import Event


def evolve(state: Delivery, event: Event) -> Delivery:
    """The state after an event; an event that its stage does not know leaves it as it is."""
    match event:
        case events.DeliveryRequested():
            return Ready(event)
        case _ if isinstance(state, Blank):
            return state
        case events.LateAnswerKept():
            return replace(state, late=state.late | {(event.attempt, event.outcome)})
        case events.DeliverySuppressed():
            return GivenUp(state.notice, "suppressed", event.reason, late=state.late)
        case events.DeliverySuperseded():
            return GivenUp(state.notice, "superseded", event.reason, attempts(state), late=state.late)
        case events.DeliveryExpired():
            return GivenUp(state.notice, "expired", event.reason, attempts(state), late=state.late)
        case events.DeliveryRejected():
            return GivenUp(state.notice, "rejected", event.reason, event.attempt, late=state.late)
        case events.ResendOrdered():
            return Ready(state.notice, attempts(state), possible_duplicate=True, late=state.late)
        case events.DeliveryDeferred():
            return Deferred(state, event.until, late=state.late) if isinstance(state, Ready) else state
        case events.DeliveryReleased():
            return replace(state.ready, late=state.late) if isinstance(state, Deferred) else state
        case events.AttemptStarted():
            return _started(state, event)
        case events.AttemptNotSent():
            return _not_sent(state, event)
        case events.AttemptUnknown():
            return _unknown(state, event)
        case events.DeliveryAccepted():
            return _accepted(state, event)
        case events.BounceReceived():
            return _heard(state, event.action, event.status)
        case events.ReceiptReceived():
            return _heard(state, event.reference, event.status) if isinstance(state, WithProvider) else state
        case events.ReceiptMissing():
            return replace(state, missing=True) if isinstance(state, WithProvider) else state
        case events.DeliveryDelivered():
            return replace(state, settled="delivered", final=True) if isinstance(state, WithProvider) else state
        case events.DeliveryUndelivered():
            return _undelivered(state, event)
        case _:
            return state


def _started(state: Known, event: events.AttemptStarted) -> Attempting:
    first_at = state.first_at if isinstance(state, Ready) and state.first_at else event.started_at
    return Attempting(state.notice, event, first_at, late=state.late)


def _not_sent(state: Known, event: events.AttemptNotSent) -> Known:
    if not isinstance(state, Attempting | Unknown):
        return state
    begun = state.attempt
    return Ready(state.notice, begun.attempt, state.first_at, event.retry_at, begun.possible_duplicate, late=state.late)


def _unknown(state: Known, event: events.AttemptUnknown) -> Known:
    if not isinstance(state, Attempting):
        return state
    return Unknown(state.notice, state.attempt, state.first_at, event.reason, late=state.late)


def _accepted(state: Known, event: events.DeliveryAccepted) -> Known:
    if not isinstance(state, Attempting | Unknown):
        return state
    before = state.receipts if isinstance(state, Unknown) else ()
    return WithProvider(state.notice, state.attempt, event.references, before, late=state.late)


def _heard(state: Known, about: str, status: str) -> Known:
    """Remember one more receipt or bounce."""
    if not isinstance(state, WithProvider | Unknown):
        return state
    return replace(state, receipts=(*state.receipts, (about, status)))


def _undelivered(state: Known, event: events.DeliveryUndelivered) -> Known:
    if not isinstance(state, WithProvider):
        return state
    return replace(state, settled="undelivered", final=event.permanent)


__all__ = ["evolve"]
