"""Messages under way by their destination: a slow domain or endpoint holds up its own messages only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared.contracts.notify import Channel, DeliveryRequested

SLOW = 5.0
"""Seconds after which a message under way is a slow one: its destination is given few more."""
LENT = SLOW + 1.0
"""Seconds after which its slot is another's: its destination is known to be slow by then."""
SHARE = 4
"""A slow destination keeps one in so many of a channel's slots."""


def destination_of(notice: DeliveryRequested) -> str:
    """The mail's domain, or the endpoint's host; empty for a short message, as all go to the same."""
    if notice.channel is Channel.MAIL:
        return notice.address.rpartition("@")[2].lower()
    return urlsplit(notice.address).netloc.lower() if notice.channel is Channel.WEBHOOK else ""


@dataclass(slots=True)
class Crowd:
    """Which messages are under way to where, and since when."""

    _under_way: dict[str, dict[str, float]] = field(default_factory=dict)

    def waits(self, destination: str, slots: int) -> bool:
        """Whether a destination is slow (its first message has not come back) and has as many under way as such a one
        may have."""
        there = self._under_way.get(destination, {})
        return len(there) >= max(1, slots // SHARE) and time.monotonic() - next(iter(there.values())) > SLOW

    @contextmanager
    def joined(self, destination: str, delivery_id: str) -> Iterator[None]:
        """Be under way to a destination, where there is one."""
        if not destination:
            yield
            return
        self._under_way.setdefault(destination, {})[delivery_id] = time.monotonic()
        try:
            yield
        finally:
            there = self._under_way[destination]
            del there[delivery_id]
            if not there:
                del self._under_way[destination]
