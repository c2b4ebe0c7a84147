"""Who may do what to a delivery: operators send again and ask the provider, all else is done by rule."""

from __future__ import annotations

from services.notify.aggregates.delivery import commands
from services.notify.aggregates.delivery.commands import DeliveryCommand
from services.notify.aggregates.permission import operator_resends, system_only
from shared.contracts.core import Refusal


def not_theirs(command: DeliveryCommand) -> Refusal | None:
    """A refusal for whoever may not do this, whatever the state of the delivery."""
    if isinstance(command, commands.Resend | commands.Reconcile):
        return operator_resends(command.context)
    return system_only(command.context)


__all__ = ["not_theirs"]
