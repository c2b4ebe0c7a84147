"""Loading streams for commands. Callers who ask while a read is under way share the next one."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.core import Envelope
from shared.eventlog.batching import Together
from shared.eventlog.log import EventLog

AT_ONCE = 2
"""Callers who read by themselves at a time; further ones read together."""


class Loads:
    """Reads streams. Each read begins after it was asked for, so nobody is given less than the log held then."""

    def __init__(self, eventlog: EventLog) -> None:
        self._log = eventlog
        self._alone = 0
        self._shared = Together(self._together)

    async def stream(self, name: str) -> list[Envelope]:
        """A stream's events, in order; raises what ``EventLog.read_stream`` raises. Others may hold the same list."""
        if self._alone >= AT_ONCE:
            return await self._shared(name)
        self._alone += 1
        try:
            return await self._log.read_stream(name)
        finally:
            self._alone -= 1

    async def _together(self, names: Sequence[str]) -> list[list[Envelope]]:
        streams = list(dict.fromkeys(names))
        envelopes = dict(zip(streams, await self._log.read_streams(streams), strict=True))
        return [envelopes[name] for name in names]


__all__ = ["AT_ONCE", "Loads"]
