"""What follows the log: its interface, its pace and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.core import Envelope
from shared.eventlog.codec import StoredEvent
from shared.eventlog.epochs import Footing


class Follower(Protocol):
    """What takes events in: a projection, a process manager."""

    @property
    def name(self) -> str:
        """Its name, unique in its service."""
        ...

    async def position(self) -> int:
        """The seq up to which everything is taken in. Raises ``Superseded`` when it must not go on, ``LogLostEvents``
        where it took in what the log does not hold."""
        ...

    async def apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None = None) -> None:
        """Take in a page and set the position to ``upto`` (a seq), in one transaction.

        The page holds all its events between the seq that the last ``position`` or ``apply`` led to and ``upto``. What
        another process took in meanwhile is left out; a position that went back raises ``PositionMoved``, as does a
        ``footing`` that the log does not hold in that very transaction: nothing is done on it. A poisoned event is
        parked here. Any error counts as transient and is retried, except ``Superseded``, which ends the subscription.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPace:
    """``grace``: seconds that Redis is given to bring an event before it is read from the log. ``page``: events applied
    at once. ``idle``: seconds between two polls without news. ``retry``: the longest pause between two tries, in
    seconds. ``breath``: seconds between two reads of a moving log, so that a page holds more than an event or two."""

    grace: float = 1.0
    page: int = 500
    idle: float = 5.0
    retry: float = 2.0
    breath: float = 0.05


@dataclass(frozen=True, slots=True)
class SubscriptionStatus:
    """How a subscription does.

    ``lag``: from ``position`` to ``head``, the newest event of its services, in seqs of the log; below 0 by as much as
    it stands beyond the log's end, which is an alarm. ``live``: Redis brings the events; else they come from the log, a
    second later. ``gaps``, ``noise``: entries found missing, entries that are no events, since the start.
    """

    name: str
    source: str | None
    running: bool
    live: bool
    position: int
    head: int
    lag: int
    gaps: int
    noise: int
    trouble: str

    @property
    def healthy(self) -> bool:
        """Whether it runs and takes events in."""
        return self.running and not self.trouble


def everything(_event: StoredEvent) -> bool:
    """The concern of a follower that takes every event."""
    return True


__all__ = ["Follower", "SubscriptionPace", "SubscriptionStatus", "everything"]
