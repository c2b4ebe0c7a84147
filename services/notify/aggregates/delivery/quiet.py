"""The quiet hours: what is not urgent waits for the morning. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from shared.contracts.core import CST
from shared.contracts.notify import Channel, DeliveryRequested

NIGHT = "it is night, and it is not urgent"
EVENING, MORNING = time(21), time(8)
"""Nobody is disturbed between nine in the evening and eight in the morning, China Standard Time."""


def quiet_until(notice: DeliveryRequested, now: datetime) -> datetime | None:
    """The morning that a notice waits for. ``None`` if it may go now: it is day, it is urgent, or a machine receives
    it."""
    if notice.urgent or notice.channel is Channel.WEBHOOK:
        return None
    local = now.astimezone(CST)
    if MORNING <= local.time() < EVENING:
        return None
    day = local.date() + timedelta(days=1 if local.time() >= EVENING else 0)
    return datetime.combine(day, MORNING, CST)
