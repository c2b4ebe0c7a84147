"""Folding streams for commands: a long stream is folded once in a while, and then only its new events are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from shared.contracts.core import Command, Decider, Envelope, Event
from shared.eventlog.log import EventLog
from shared.expiring import ExpiringCache
from shared.service.command_id import same_key
from shared.service.loading import Loads

S = TypeVar("S")
LONG: Final = 64
"""Events from which on a stream is long."""
KEPT: Final = 3.0
"""Seconds that a state is kept. It may hold personal words, so it must not outlive the key of the person."""
MOST: Final = 32
"""Long streams of which the state is kept at a time."""
_UNREAD: Final = Event()


@dataclass(frozen=True, slots=True)
class Folded(Generic[S]):
    """A stream's state and its history. The history of a long stream drops the content of its events."""

    state: S
    history: Sequence[Envelope]

    @property
    def version(self) -> int:
        """How many events it has."""
        return len(self.history)

    def holds(self, command_id: UUID) -> bool:
        """Whether a command of this sender and key wrote some of it."""
        return any(same_key(envelope.command_id, command_id) for envelope in self.history)


class Folds:
    """Folds streams. Each reads the log after it was asked, so nobody is given less than the log held then; and what
    was kept is given only where the log still holds its last event."""

    def __init__(self, eventlog: EventLog, loads: Loads) -> None:
        self._log = eventlog
        self._loads = loads
        self._kept: ExpiringCache[str, Folded[Any]] = ExpiringCache(KEPT, MOST)

    async def of(self, decider: Decider[S, Any], ident: str) -> Folded[S]:
        """An aggregate's stream, folded. Raises what ``EventLog.read_stream`` raises."""
        stream = decider.stream(ident)
        folded = await self._read_on(decider, stream)
        if folded is None:
            envelopes = await self._loads.stream(stream)
            folded = Folded(_fold(decider, decider.initial, envelopes), envelopes)
            if len(envelopes) >= LONG:
                folded = self._keep(stream, folded)
        return folded

    async def _read_on(self, decider: Decider[S, Any], stream: str) -> Folded[S] | None:
        kept: Folded[S] | None = self._kept.get(stream)
        if kept is None:
            return None
        read = await self._log.read_stream(stream, kept.version - 1)
        if not read or read[0].event_id != kept.history[-1].event_id:
            self._kept.pop(stream)
            return None
        newer = read[1:]
        read_on = Folded(_fold(decider, kept.state, newer), [*kept.history, *map(_without_words, newer)])
        if self._kept.get(stream) is kept:
            self._kept.renew(stream, read_on)
        return read_on

    def _keep(self, stream: str, folded: Folded[S]) -> Folded[S]:
        light = Folded(folded.state, [_without_words(envelope) for envelope in folded.history])
        self._kept.put(stream, light)
        return light


def _fold(decider: Decider[S, Command], state: S, envelopes: Sequence[Envelope]) -> S:
    return reduce(decider.evolve, (envelope.event for envelope in envelopes), state)


def _without_words(envelope: Envelope) -> Envelope:
    return replace(envelope, event=_UNREAD)


__all__ = ["KEPT", "LONG", "MOST", "Folded", "Folds"]
