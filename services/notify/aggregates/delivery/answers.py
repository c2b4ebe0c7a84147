"""What becomes of an attempt when an answer comes: in time, too late, or when the provider is asked later."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from services.notify.aggregates import rules
from services.notify.aggregates.delivery import commands
from services.notify.aggregates.delivery.state import (
    Attempting,
    Deferred,
    GivenUp,
    Known,
    Ready,
    Unknown,
    WithProvider,
    attempts,
    stage,
)
from shared.contracts import notify as events
from shared.contracts.core import Event, Outcome, Refusal

Answer: TypeAlias = commands.RecordAccepted | commands.RecordNotSent | commands.RecordRejected | commands.RecordUnknown

_KEPT_AS = {
    commands.RecordAccepted: "accepted",
    commands.RecordNotSent: "not-sent",
    commands.RecordRejected: "rejected",
}
"""How an answer that comes too late is recorded. One that says "unknown" is not worth keeping."""


def record(state: Known, command: Answer) -> Outcome:
    """Record an attempt's outcome. The outcome of an attempt that is not under way is kept, but changes nothing."""
    if _is_recorded(state, command):
        return ()
    if isinstance(state, Attempting | Unknown) and state.attempt.attempt == command.attempt:
        return _followed_by(state, command)
    if not 0 < command.attempt <= attempts(state):
        return Refusal(rules.THIS_ATTEMPT, f"{command.attempt}: {stage(state)}")
    return _kept_late(state, command)


def _is_recorded(state: Known, command: Answer) -> bool:
    """Whether this fact is already recorded."""
    match command, state:
        case commands.RecordAccepted(), WithProvider():
            return state.attempt.attempt == command.attempt and state.references == command.references
        case commands.RecordNotSent(), Ready() | Deferred():
            ready = state.ready if isinstance(state, Deferred) else state
            return ready.attempts == command.attempt and ready.retry_at is not None
        case commands.RecordNotSent(retry_at=None), GivenUp(state="expired"):
            return True
        case commands.RecordRejected(), GivenUp(state="rejected"):
            return state.attempt == command.attempt
        case commands.RecordUnknown(), Unknown():
            return state.attempt.attempt == command.attempt
    return False


def _followed_by(state: Attempting | Unknown, command: Answer) -> tuple[Event, ...]:
    """What follows from an answer about the attempt under way."""
    delivery_id, attempt = command.delivery_id, command.attempt
    match command:
        case commands.RecordAccepted():
            return (_accepted(state, command.references, command.answer),)
        case commands.RecordNotSent():
            return _not_sent(delivery_id, attempt, command.code, command.reason, command.retry_at)
        case commands.RecordRejected():
            return (
                events.DeliveryRejected(
                    delivery_id=delivery_id, attempt=attempt, code=command.code, reason=command.reason
                ),
            )
        case commands.RecordUnknown():
            return (events.AttemptUnknown(delivery_id=delivery_id, attempt=attempt, reason=command.reason),)


def _kept_late(state: Known, command: Answer) -> tuple[Event, ...]:
    """Keep an answer that no longer changes anything, once."""
    if isinstance(command, commands.RecordUnknown):
        return ()
    outcome = _KEPT_AS[type(command)]
    if (command.attempt, outcome) in state.late:
        return ()
    words = command.answer if isinstance(command, commands.RecordAccepted) else f"{command.code} {command.reason}"
    return (
        events.LateAnswerKept(delivery_id=command.delivery_id, attempt=command.attempt, outcome=outcome, answer=words),
    )


def reconcile(state: Known, command: commands.Reconcile) -> Outcome:
    """What the provider says about an attempt with an unknown outcome, and what follows."""
    if not isinstance(state, Unknown):
        return Refusal(rules.UNKNOWN_ONLY, stage(state))
    if state.attempt.attempt != command.attempt:
        return Refusal(rules.THIS_ATTEMPT, str(command.attempt))
    reconciled = _reconciled(state, "query", command.outcome, command.answer)
    match command.outcome:
        case "taken":
            return (reconciled, _accepted(state, command.references, command.answer))
        case "refused":
            rejected = events.DeliveryRejected(
                delivery_id=command.delivery_id, attempt=command.attempt, code=command.code, reason=command.answer
            )
            return (reconciled, rejected)
        case "not-sent":
            again = _not_sent(command.delivery_id, command.attempt, command.code, command.answer, command.retry_at)
            return (reconciled, *again)
        case "unclear":
            return (reconciled,)


def taken_after_all(
    state: Unknown, source: Literal["receipt", "bounce"], references: tuple[str, ...], text: str
) -> tuple[Event, ...]:
    """A report about an attempt with an unknown outcome proves first of all that the provider took it."""
    return (_reconciled(state, source, "taken", text), _accepted(state, references, text))


def _accepted(state: Attempting | Unknown, references: tuple[str, ...], answer: str) -> events.DeliveryAccepted:
    return events.DeliveryAccepted(
        delivery_id=state.notice.delivery_id,
        attempt=state.attempt.attempt,
        provider=state.attempt.provider,
        references=references,
        answer=answer,
    )


def _not_sent(delivery_id: str, attempt: int, code: str, reason: str, retry_at: datetime | None) -> tuple[Event, ...]:
    """It did not leave; without a ``retry_at`` it is given up."""
    not_sent = events.AttemptNotSent(
        delivery_id=delivery_id, attempt=attempt, code=code, reason=reason, retry_at=retry_at
    )
    if retry_at is not None:
        return (not_sent,)
    return (not_sent, events.DeliveryExpired(delivery_id=delivery_id, reason=f"not sent, {attempt} times"))


def _reconciled(state: Unknown, source: str, outcome: str, answer: str) -> events.DeliveryReconciled:
    return events.DeliveryReconciled(
        delivery_id=state.notice.delivery_id,
        attempt=state.attempt.attempt,
        provider=state.attempt.provider,
        source=source,
        outcome=outcome,
        answer=answer,
    )


__all__ = ["reconcile", "record", "taken_after_all"]
