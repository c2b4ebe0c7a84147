"""What a command makes of a delivery: when it is sent, and when it is not."""

from __future__ import annotations

from typing import assert_never

from services.notify.aggregates import rules
from services.notify.aggregates.delivery import answers
from services.notify.aggregates.delivery.commands import (
    Defer,
    DeliveryCommand,
    Expire,
    MissReceipt,
    Reconcile,
    RecordAccepted,
    RecordBounce,
    RecordNotSent,
    RecordReceipt,
    RecordRejected,
    RecordUnknown,
    Release,
    RequestDelivery,
    Resend,
    StartAttempt,
    Supersede,
)
from services.notify.aggregates.delivery.quiet import quiet_until
from services.notify.aggregates.delivery.state import RESENDABLE, Blank, Deferred, Delivery, Known, Ready, stage
from shared.contracts.core import Event, Outcome, Refusal, Role
from shared.contracts.notify import (
    AttemptStarted,
    DeliveryDeferred,
    DeliveryExpired,
    DeliveryReleased,
    DeliverySuperseded,
    DeliverySuppressed,
    ResendOrdered,
)

NIGHT = "it is night, and it is not urgent"


def decide(state: Delivery, command: DeliveryCommand) -> Outcome:
    """What a command makes of a delivery."""
    actor = command.context.actor
    if isinstance(command, Resend | Reconcile) and not actor.has(Role.OPERATOR):
        return Refusal(rules.OPERATOR_ONLY)
    if not isinstance(command, Resend | Reconcile) and not actor.has(Role.SYSTEM):
        return Refusal(rules.SYSTEM_ONLY)
    if isinstance(command, RequestDelivery):
        return _request(command) if isinstance(state, Blank) else ()
    if isinstance(state, Blank):
        return Refusal(rules.REQUESTED_FIRST)
    match command:
        case RecordAccepted() | RecordNotSent() | RecordRejected() | RecordUnknown():
            return answers.record(state, command)
        case RecordReceipt():
            return answers.receipt(state, command)
        case RecordBounce():
            return answers.bounce(state, command)
        case MissReceipt():
            return answers.miss_receipt(state, command)
        case Reconcile():
            return answers.reconcile(state, command)
    return _unsent(state, command)


def _unsent(state: Known, command: StartAttempt | Defer | Release | Supersede | Expire | Resend) -> Outcome:
    match command:
        case StartAttempt():
            return _start(state, command)
        case Resend():
            return _resend(state, command)
        case Defer(delivery_id=ident, until=until, reason=reason):
            deferred = DeliveryDeferred(delivery_id=ident, until=until, reason=reason)
            return (deferred,) if isinstance(state, Ready) else ()
        case Release(delivery_id=ident):
            over = isinstance(state, Deferred) and state.until <= command.context.now
            return (DeliveryReleased(delivery_id=ident),) if over else ()
        case Supersede(delivery_id=ident, reason=reason):
            event: Event = DeliverySuperseded(delivery_id=ident, reason=reason)
            return (event,) if isinstance(state, Ready | Deferred) else ()
        case Expire(delivery_id=ident, reason=reason):
            event = DeliveryExpired(delivery_id=ident, reason=reason)
            return (event,) if isinstance(state, Ready | Deferred) else ()
        case _:
            assert_never(command)


def _request(command: RequestDelivery) -> Outcome:
    notice = command.notice
    if command.suppressed:
        return (notice, DeliverySuppressed(delivery_id=notice.delivery_id, reason=command.suppressed))
    until = quiet_until(notice, command.context.now)
    if until is None:
        return (notice,)
    return (notice, DeliveryDeferred(delivery_id=notice.delivery_id, until=until, reason=NIGHT))


def _start(state: Known, command: StartAttempt) -> Outcome:
    if not isinstance(state, Ready):
        return Refusal(rules.SENDABLE, stage(state))
    if state.retry_at is not None and command.at < state.retry_at:
        return Refusal(rules.SENDABLE, f"≥ {state.retry_at.isoformat()}")
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


def _resend(state: Known, command: Resend) -> Outcome:
    if stage(state) not in RESENDABLE:
        return Refusal(rules.UNKNOWN_ONLY, stage(state))
    if not state.notice.statutory:
        return Refusal(rules.STATUTORY_ONLY)
    return (
        ResendOrdered(delivery_id=command.delivery_id, ordered_by=command.context.actor.subject, reason=command.reason),
    )
