"""What of notify follows the log."""

from __future__ import annotations

from services.notify.timetable import timetable
from services.notify.views import DELIVERIES, PEOPLE
from shared.contracts import notify as events
from shared.contracts.core import Event
from shared.service.follows import Follows
from shared.service.readings.view import readings_of

OWN_COURSE: frozenset[type[Event]] = frozenset(
    {
        events.AttemptNotSent,
        events.AttemptStarted,
        events.AttemptUnknown,
        events.DeliveryAccepted,
        events.DeliveryDeferred,
        events.DeliveryDelivered,
        events.DeliveryReleased,
        events.DeliveryRequested,
        events.ReceiptReceived,
    }
)
"""Events in the course of every delivery, which lead to nothing else."""

FOLLOWS = Follows(
    service="notify",
    projections=(DELIVERIES, PEOPLE, readings_of("notify")),
    reacts_to=("intake", "review", "lifecycle", "office", "notify"),
    reacts_to_internal=True,
    leaves_alone=OWN_COURSE,
    timetable=timetable,
)
