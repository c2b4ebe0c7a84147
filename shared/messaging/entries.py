"""What Redis brings, read strictly: an entry is an event of ours, or noise that is counted and passed over."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from shared.contracts.core import Envelope
from shared.eventlog.envelopes import envelope
from shared.eventlog.errors import EventLogError
from shared.messaging.cloudevents import Published, parse_entry
from shared.messaging.wire import entry_id, seq_of

RawEntry = tuple[str, dict[bytes, bytes]]
"""An entry as Redis gives it: its id and its fields."""

REMEMBERED = 1000
"""Noisy entries that are remembered, so that each is counted and logged once."""

logger = structlog.get_logger("messaging.subscription")


class Entries:
    """Reads the entries of one follower's stream. ``noise`` counts those that are no events.

    ``on_noise`` is told the follower, the entry id and the reason of each.
    """

    def __init__(self, follower: str, on_noise: Callable[[str, str, str], None] | None) -> None:
        self.noise = 0
        self._follower = follower
        self._on_noise = on_noise
        self._noisy: dict[str, None] = {}

    def read(self, entry: RawEntry, position: int) -> Published | None:
        """The event of an entry; ``None`` for noise, and for what was taken in up to ``position``."""
        name, fields = entry
        try:
            if seq_of(name) <= position and name.endswith("-0"):
                return None
            return parse_entry(name, fields)
        except ValueError as error:
            self._hear(name, str(error))
            return None

    def decode(self, event: Published) -> Envelope | None:
        """An event as this build knows it; ``None`` where it does not know it, or cannot read it."""
        try:
            return envelope(event.event)
        except EventLogError as error:
            self.reject(event, str(error))
            return None

    def reject(self, event: Published, reason: str) -> None:
        """Count an event as noise."""
        self._hear(entry_id(event.seq), reason)

    def _hear(self, name: str, reason: str) -> None:
        if name in self._noisy:
            return
        self._noisy[name] = None
        if len(self._noisy) > REMEMBERED:
            del self._noisy[next(iter(self._noisy))]
        self.noise += 1
        logger.warning("subscription.noise", follower=self._follower, entry=name, reason=reason)
        if self._on_noise is not None:
            self._on_noise(self._follower, name, reason)


__all__ = ["Entries", "RawEntry"]
