"""The log's epochs. A server that is started, promoted or restored may hold less than was known. So each of these
begins a new epoch, at the length that the log has then. Events of an epoch beyond the length of the next are lost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from asyncpg import Record

_WITHIN = 5.0
_ENTER = "select number, epoch, length from log.enter($1)"


class Epoch(NamedTuple):
    """``length``: the last seq that the log held when it was opened. Of two epochs the one that was opened later has
    the greater id, in whatever copy of the log."""

    number: int
    id: UUID
    length: int


@dataclass(frozen=True, slots=True)
class Footing:
    """What a page of events rests on: the epoch that it was read in, and its last event (``None``: it has none)."""

    epoch: UUID
    seq: int = 0
    event_id: UUID | None = None


class OutdatedServer(ConnectionError):
    """A server whose log is in an earlier epoch than this process knows: the old server of a failover."""


class Connection(Protocol):
    """What is needed of a connection."""

    async def fetch(self, query: str, /, *args: object, timeout: float | None = None) -> list[Record]:  # noqa: ASYNC109
        """The rows of a query."""
        ...


class Epochs:
    """What one process knows of them. Each new connection tells it.

    ``seen``: the last seq that it read, wrote or was told of. ``rested``: the last one that it took in.
    """

    def __init__(self) -> None:
        self._all: Sequence[Epoch] = ()
        self._lengths: list[int] = []
        self._declared: UUID | None = None
        self.seen = 0
        self.rested = 0

    @property
    def all(self) -> Sequence[Epoch]:
        """Every one, in their order."""
        return self._all

    @property
    def current(self) -> UUID | None:
        """The newest one; ``None`` before the first connection."""
        return self._all[-1].id if self._all else None

    @property
    def declared(self) -> bool:
        """Whether this process had the newest one opened because events were missing."""
        return self._declared is not None and self._declared == self.current

    async def enter(self, connection: Connection, *, lost: UUID | None = None) -> UUID:
        """Learn from a new connection which epoch it is in; ``lost`` names an epoch whose events are missing, so that
        the next one is opened. Raises ``OutdatedServer``, and what the driver raises, as a standby does."""
        epochs = [Epoch(*row) for row in await connection.fetch(_ENTER, lost, timeout=_WITHIN)]
        newest = epochs[-1].id
        if self.current is not None and newest < self.current:
            raise OutdatedServer(f"this server's log is in epoch {newest}, the newest known is {self.current}")
        if newest != self.current:
            self._all, self._lengths = epochs, [epoch.length for epoch in epochs]
            self._declared = newest if lost is not None else None
            self.seen, self.rested = (min(seq, epochs[-1].length) for seq in (self.seen, self.rested))
        return newest

    def saw(self, seq: int) -> None:
        """Note that the log holds a seq."""
        self.seen = max(self.seen, seq)

    def rest_on(self, seq: int) -> None:
        """Note that what this process does from now on may rest on a seq."""
        self.rested = max(self.rested, seq)

    def of(self, seq: int) -> UUID | None:
        """The epoch that an event (its seq) was recorded in; ``None`` before the first connection."""
        number = bisect_left(self._lengths, seq)
        return self._all[number - 1].id if number else None

    def holds(self, epoch: UUID, seq: int) -> bool:
        """Whether what was known under an epoch up to a seq is still what the log says up to there."""
        return self.shared_with(epoch) >= seq

    def shared_with(self, epoch: UUID) -> float:
        """The seq up to which the log is what it was under an epoch; 0 for one that it does not know."""
        for number, known in enumerate(self._all, 1):
            if known.id == epoch:
                return self._all[number].length if number < len(self._all) else float("inf")
        return 0


__all__ = ["Epoch", "Epochs", "Footing", "OutdatedServer"]
