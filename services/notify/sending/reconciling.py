"""Asking the provider what became of an attempt of unknown outcome."""

from __future__ import annotations

from dataclasses import replace

from services.notify.aggregates.delivery import DELIVERY
from services.notify.aggregates.delivery.commands import Reconcile
from services.notify.aggregates.delivery.state import Unknown
from services.notify.channels.outcome import NotSent, Result, Submitted, TurnedDown, Unclear
from services.notify.sending.office import SendingOffice
from shared.service.service import Service

NOBODY = "this provider cannot be asked; its own console, or the recipient, may tell"


async def ask_provider(service: Service, office: SendingOffice, command: Reconcile) -> Reconcile:
    """The command with the provider's answer; unclear if it cannot be asked. Raises what the log raises."""
    state, _ = await service.runner.state(DELIVERY, command.delivery_id)
    if not isinstance(state, Unknown):
        return command
    attempt = state.attempt
    command = replace(command, attempt=attempt.attempt)
    provider = office.reconciling(attempt.provider)
    if provider is None:
        return replace(command, outcome="unclear", answer=NOBODY)
    result = await provider.query(attempt.out_id, (), state.notice.address, attempt.started_at)
    command = _with(command, result)
    if command.outcome != "not-sent":
        return command
    return replace(command, retry_at=office.attempts.next_try(state.notice, attempt.attempt, state.first_at))


def _with(command: Reconcile, result: Result | None) -> Reconcile:
    match result:
        case None:
            return replace(command, outcome="unclear", answer="the provider has no record of it (yet)")
        case Submitted(references, answer):
            return replace(command, outcome="taken", references=references, answer=answer)
        case TurnedDown(code, reason):
            return replace(command, outcome="refused", code=code, answer=reason)
        case NotSent(code, reason):
            return replace(command, outcome="not-sent", code=code, answer=reason)
        case Unclear(reason):
            return replace(command, outcome="unclear", answer=reason)
