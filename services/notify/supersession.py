"""Whether a notice is still true: asked before every attempt, also of one that waits for the morning."""

from __future__ import annotations

from services.notify.reminder import REMINDER
from shared.contracts.notify import DeliveryRequested
from shared.service.running import Service


async def untrue(service: Service, notice: DeliveryRequested) -> str:
    """Why a notice is no longer true; empty while it is. Raises what the log raises."""
    if not notice.reminder_id:
        return ""
    reminder, _ = await service.runner.state(REMINDER, notice.reminder_id)
    return "the matter is done" if reminder is not None and reminder.cleared else ""
