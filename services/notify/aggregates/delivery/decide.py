"""What a command makes happen to a delivery: each command once."""

from __future__ import annotations

from typing import assert_never

from services.notify.aggregates import rules
from services.notify.aggregates.delivery import answers, commands, reports
from services.notify.aggregates.delivery.commands import DeliveryCommand
from services.notify.aggregates.delivery.permission import not_theirs
from services.notify.aggregates.delivery.quiet import NIGHT, quiet_until
from services.notify.aggregates.delivery.state import RESENDABLE, Blank, Deferred, Delivery, Known, Ready, stage
from shared.contracts import notify as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first, unless


def decide(state: Delivery, command: DeliveryCommand) -> Outcome:
    """The events that a command makes happen, or the rule that refuses it."""
    if refusal := not_theirs(command):
        return refusal
    match command:
        case commands.RequestDelivery():
            return _request(command) if isinstance(state, Blank) else ()
        case _ if isinstance(state, Blank):
            return Refusal(rules.REQUESTED_FIRST)
        case commands.StartAttempt():
            return _start(state, command)
        case (
            commands.RecordAccepted() | commands.RecordNotSent() | commands.RecordRejected() | commands.RecordUnknown()
        ):
            return answers.record(state, command)
        case commands.RecordReceipt():
            return reports.receipt(state, command)
        case commands.RecordBounce():
            return reports.bounce(state, command)
        case commands.MissReceipt():
            return reports.miss(state, command)
        case commands.Reconcile():
            return answers.reconcile(state, command)
        case commands.Defer():
            return _defer(state, command)
        case commands.Release():
            return _release(state, command)
        case commands.Supersede():
            return _supersede(state, command)
        case commands.Expire():
            return _expire(state, command)
        case commands.Resend():
            return _resend(state, command)
        case _:
            assert_never(command)


def _request(command: commands.RequestDelivery) -> Outcome:
    notice = command.notice
    if command.suppressed:
        return (notice, events.DeliverySuppressed(delivery_id=notice.delivery_id, reason=command.suppressed))
    until = quiet_until(notice, command.context.now)
    if until is None:
        return (notice,)
    return (notice, events.DeliveryDeferred(delivery_id=notice.delivery_id, until=until, reason=NIGHT))


def _start(state: Known, command: commands.StartAttempt) -> Outcome:
    if not isinstance(state, Ready):
        return Refusal(rules.SENDABLE, stage(state))
    if state.retry_at is not None and command.at < state.retry_at:
        return Refusal(rules.SENDABLE, f"≥ {state.retry_at.isoformat()}")
    attempt = state.attempts + 1
    return (
        events.AttemptStarted(
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


def _defer(state: Known, command: commands.Defer) -> Outcome:
    if not isinstance(state, Ready):
        return ()
    return (events.DeliveryDeferred(delivery_id=command.delivery_id, until=command.until, reason=command.reason),)


def _release(state: Known, command: commands.Release) -> Outcome:
    if not isinstance(state, Deferred) or command.context.now < state.until:
        return ()
    return (events.DeliveryReleased(delivery_id=command.delivery_id),)


def _supersede(state: Known, command: commands.Supersede) -> Outcome:
    if not isinstance(state, Ready | Deferred):
        return ()
    return (events.DeliverySuperseded(delivery_id=command.delivery_id, reason=command.reason),)


def _expire(state: Known, command: commands.Expire) -> Outcome:
    if not isinstance(state, Ready | Deferred):
        return ()
    return (events.DeliveryExpired(delivery_id=command.delivery_id, reason=command.reason),)


def _resend(state: Known, command: commands.Resend) -> Outcome:
    operator = command.context.actor.subject
    return first(
        unless(stage(state) in RESENDABLE, rules.UNKNOWN_ONLY, stage(state)),
        unless(state.notice.statutory, rules.STATUTORY_ONLY),
    ) or (events.ResendOrdered(delivery_id=command.delivery_id, ordered_by=operator, reason=command.reason),)


__all__ = ["decide"]
