"""A delivery: one message to one recipient by one channel, sent once, and honest about what is known of it."""

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
from services.notify.aggregates.delivery.decide import decide
from services.notify.aggregates.delivery.state import (
    Accepted,
    Attempting,
    Blank,
    Closed,
    Deferred,
    Delivery,
    Ready,
    Unknown,
    evolve,
    stage,
)
from shared.contracts.core import Decider

DELIVERY: Decider[Delivery, DeliveryCommand] = Decider("notify", "delivery", Blank(), evolve, decide)

__all__ = [
    "DELIVERY",
    "Accepted",
    "Attempting",
    "Blank",
    "Closed",
    "Defer",
    "Deferred",
    "Delivery",
    "DeliveryCommand",
    "Expire",
    "MissReceipt",
    "Ready",
    "Reconcile",
    "RecordAccepted",
    "RecordBounce",
    "RecordNotSent",
    "RecordReceipt",
    "RecordRejected",
    "RecordUnknown",
    "Release",
    "RequestDelivery",
    "Resend",
    "StartAttempt",
    "Supersede",
    "Unknown",
    "stage",
]
