"""Notices in words: what one is called, its channel, its state; states in the order in which an operator cares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.desks.events import event_words
from services.portal.desks.words import Bilingual

STATES: Final = {
    "unknown": ("不知是否送出", "Unknown", "late"),
    "rejected": ("被拒收", "Rejected", "late"),
    "undelivered": ("未到达", "Undelivered", "late"),
    "expired": ("过期未送", "Expired", "late"),
    "no-receipt": ("无回执", "No receipt", "soon"),
    "suppressed": ("未发", "Not sent", "soon"),
    "ready": ("待发", "Waiting", "act"),
    "deferred": ("推迟", "Deferred", "act"),
    "attempting": ("发送中", "Being sent", "act"),
    "not-sent": ("将重试", "To be tried again", "act"),
    "accepted": ("服务商已收", "Accepted", "done"),
    "delivered": ("已到达", "Delivered", "done"),
    "superseded": ("已被取代", "Superseded", ""),
}
CHANNELS: Final = {
    "mail": ("邮件", "Mail"),
    "sms": ("短信", "Short message"),
    "webhook": ("系统接口", "Webhook"),
    "letter": ("站内信", "Letter"),
}


@dataclass(frozen=True, slots=True)
class CountedState:
    """How many notices are in a state."""

    state: str
    words: tuple[str, str]
    kind: str
    count: int


def heading_of(row: Mapping[str, Any]) -> Bilingual:
    """What a notice is called: its subject; of a short message, which has none, the event that it tells of."""
    return Bilingual(row["subject"], row["subject"]) if row["subject"] else event_words(row["cause_type"])


def counted_states(counts: Mapping[str, int]) -> list[CountedState]:
    """Those that any notice is in."""
    return [
        CountedState(state, (zh, en), kind, counts[state])
        for state, (zh, en, kind) in STATES.items()
        if counts.get(state)
    ]


__all__ = ["CHANNELS", "STATES", "CountedState", "counted_states", "heading_of"]
