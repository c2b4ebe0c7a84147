"""How a notice stands, as read models and lists call it."""

from __future__ import annotations

from enum import StrEnum


class NoticeState(StrEnum):
    """From asked for to settled; ``unknown`` is settled by a person or a provider only (decision 12)."""

    READY = "ready"
    DEFERRED = "deferred"
    ATTEMPTING = "attempting"
    NOT_SENT = "not-sent"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NO_RECEIPT = "no-receipt"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
