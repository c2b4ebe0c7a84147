"""What a command makes of a delivery: every rule."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from services.notify import rules
from services.notify.delivery.commands import (
    DeliveryCommand,
    Expire,
    RecordAccepted,
    RecordNotSent,
    RecordReceipt,
    RecordRejected,
    RecordUnknown,
    RequestDelivery,
    Resend,
    StartAttempt,
    Supersede,
)
from services.notify.delivery.state import Accepted, Attempting, Blank, Closed, Delivery, Known, Ready, Unknown, stage
from shared.contracts.core import Event, Outcome, Refusal, Role
from shared.contracts.notify import (
    AttemptNotSent,
    AttemptStarted,
    AttemptUnknown,
    DeliveryAccepted,
    DeliveryDelivered,
    DeliveryExpired,
    DeliveryRejected,
    DeliverySuperseded,
    DeliverySuppressed,
    DeliveryUndelivered,
    ReceiptReceived,
    ResendOrdered,
)


def decide(state: Delivery, command: DeliveryCommand) -> Outcome:
    """What a command makes of a delivery."""
    match command:
        case RequestDelivery():
            return _request(state, command)
        case Resend():
            return _resend(state, command)
    if not command.context.actor.has(Role.SYSTEM):
        return Refusal(rules.SYSTEM_ONLY)
    if isinstance(state, Blank):
        return Refusal(rules.REQUESTED_FIRST)
    match command:
        case StartAttempt():
            return _start(state, command)
        case RecordAccepted() | RecordNotSent() | RecordRejected() | RecordUnknown():
            return _record(state, command)
        case RecordReceipt():
            return _receipt(state, command)
        case Supersede():
            event: Event = DeliverySuperseded(delivery_id=command.delivery_id, reason=command.reason)
            return (event,) if isinstance(state, Ready) else ()
        case Expire():
            event = DeliveryExpired(delivery_id=command.delivery_id, reason=command.reason)
            return (event,) if isinstance(state, Ready) else ()
        case _:
            assert_never(command)


def _request(state: Delivery, command: RequestDelivery) -> Outcome:
    if not command.context.actor.has(Role.SYSTEM):
        return Refusal(rules.SYSTEM_ONLY)
    if not isinstance(state, Blank):
        return ()
    if not command.suppressed:
        return (command.notice,)
    return (
        command.notice,
        DeliverySuppressed(delivery_id=command.notice.delivery_id, reason=command.suppressed),
    )


def _start(state: Known, command: StartAttempt) -> Outcome:
    if not isinstance(state, Ready):
        return Refusal(rules.SENDABLE, f"it is {stage(state)}")
    if state.retry_at is not None and command.at < state.retry_at:
        return Refusal(rules.SENDABLE, f"not before {state.retry_at.isoformat()}")
    attempt = state.attempts + 1
    return (
        AttemptStarted(
            delivery_id=command.delivery_id,
            attempt=attempt,
            provider=command.provider,
            out_id=f"{command.delivery_id}.{attempt}",
            worker=command.worker,
            segments=command.segments,
            started_at=command.at,
            lease_until=command.lease_until,
            possible_duplicate=state.possible_duplicate,
        ),
    )


_Result: TypeAlias = RecordAccepted | RecordNotSent | RecordRejected | RecordUnknown


def _record(state: Known, command: _Result) -> Outcome:
    if _is_recorded(state, command):
        return ()
    if not isinstance(state, Attempting | Unknown) or state.attempt.attempt != command.attempt:
        return Refusal(rules.THIS_ATTEMPT, f"attempt {command.attempt}; it is {stage(state)}")
    delivery_id, attempt = command.delivery_id, command.attempt
    match command:
        case RecordAccepted():
            return (
                DeliveryAccepted(
                    delivery_id=delivery_id,
                    attempt=attempt,
                    provider=state.attempt.provider,
                    references=command.references,
                    answer=command.answer,
                ),
            )
        case RecordNotSent():
            return _not_sent(command)
        case RecordRejected():
            return (
                DeliveryRejected(delivery_id=delivery_id, attempt=attempt, code=command.code, reason=command.reason),
            )
        case RecordUnknown():
            return (AttemptUnknown(delivery_id=delivery_id, attempt=attempt, reason=command.reason),)
    raise AssertionError("a result of another kind")


def _not_sent(command: RecordNotSent) -> tuple[Event, ...]:
    told = AttemptNotSent(
        delivery_id=command.delivery_id,
        attempt=command.attempt,
        code=command.code,
        reason=command.reason,
        retry_at=command.retry_at,
    )
    if command.retry_at is not None:
        return (told,)
    return (told, DeliveryExpired(delivery_id=command.delivery_id, reason=f"not sent, {command.attempt} times"))


def _is_recorded(state: Known, command: _Result) -> bool:
    """Whether the very same fact is recorded already."""
    match command, state:
        case RecordAccepted(), Accepted():
            return state.attempt.attempt == command.attempt and state.references == command.references
        case RecordNotSent(), Ready():
            return state.attempts == command.attempt and state.retry_at is not None
        case RecordNotSent(retry_at=None), Closed(state="expired"):
            return True
        case RecordRejected(), Closed(state="rejected"):
            return state.attempt == command.attempt
        case RecordUnknown(), Unknown():
            return state.attempt.attempt == command.attempt
    return False


def _receipt(state: Known, command: RecordReceipt) -> Outcome:
    if not isinstance(state, Accepted) or command.reference not in state.references:
        return Refusal(rules.KNOWN_REFERENCE, command.reference)
    if (command.reference, command.status) in state.receipts:
        return ()
    kept = ReceiptReceived(
        delivery_id=command.delivery_id, reference=command.reference, status=command.status, text=command.text
    )
    if state.settled:
        return (kept,)
    if command.status == "delivered":
        delivered = {reference for reference, status in state.receipts if status == "delivered"} | {command.reference}
        if delivered < set(state.references):
            return (kept,)
        done: Event = DeliveryDelivered(
            delivery_id=command.delivery_id, attempt=state.attempt.attempt, receipt=command.text
        )
        return (kept, done)
    done = DeliveryUndelivered(
        delivery_id=command.delivery_id,
        attempt=state.attempt.attempt,
        receipt=command.text,
        permanent=command.status == "failed",
    )
    return (kept, done)


def _resend(state: Delivery, command: Resend) -> Outcome:
    if not command.context.actor.has(Role.OPERATOR):
        return Refusal(rules.OPERATOR_ONLY)
    if isinstance(state, Blank):
        return Refusal(rules.REQUESTED_FIRST)
    if not isinstance(state, Unknown):
        return Refusal(rules.UNKNOWN_ONLY, f"it is {stage(state)}")
    return (
        ResendOrdered(delivery_id=command.delivery_id, ordered_by=command.context.actor.subject, reason=command.reason),
    )
