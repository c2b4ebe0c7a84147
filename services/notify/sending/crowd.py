"""Messages under way by where they go: a domain or an endpoint that is slow holds up its own messages only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared.contracts.notify import Channel, DeliveryRequested

SLOW = 5.0
"""Seconds after which a message under way is a slow one: its place takes few more."""
LENT = SLOW + 1.0
"""Seconds after which its slot is another's, when its place is known to be slow."""
SHARE = 4
"""A slow place keeps one in so many of a channel's slots."""


def place_of(notice: DeliveryRequested) -> str:
    """The mail's domain, or the endpoint's host; a short message goes to no place of its own."""
    if notice.channel is Channel.MAIL:
        return notice.address.rpartition("@")[2].lower()
    return urlsplit(notice.address).netloc.lower() if notice.channel is Channel.WEBHOOK else ""


@dataclass(slots=True)
class Crowd:
    """Who is on the way to where, and since when."""

    _under_way: dict[str, dict[str, float]] = field(default_factory=dict)

    def waits(self, place: str, slots: int) -> bool:
        """Whether a place has as many on the way as a slow one may have, and is slow: the first has not come back."""
        there = self._under_way.get(place, {})
        return len(there) >= max(1, slots // SHARE) and time.monotonic() - next(iter(there.values())) > SLOW

    @contextmanager
    def joined(self, place: str, delivery_id: str) -> Iterator[None]:
        """Be on the way to a place; none is no place."""
        if not place:
            yield
            return
        self._under_way.setdefault(place, {})[delivery_id] = time.monotonic()
        try:
            yield
        finally:
            there = self._under_way[place]
            del there[delivery_id]
            if not there:
                del self._under_way[place]
