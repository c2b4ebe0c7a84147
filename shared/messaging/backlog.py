"""What the log holds that a follower has not taken in yet: how far it goes, and its pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.core import Envelope
from shared.eventlog.codec import StoredEvent, decode_or_raw
from shared.eventlog.envelopes import envelope
from shared.eventlog.epochs import Footing
from shared.eventlog.log import EventLog


@dataclass(frozen=True, slots=True)
class Portion:
    """Events that a follower is concerned with, the seq up to which these are all, and the last event on the way."""

    events: Sequence[Envelope]
    upto: int
    last: StoredEvent | None


class Backlog:
    """Reads the log for one follower. ``seen`` is the end of its services as last seen, ``read_at`` the (monotonic)
    time of the last page."""

    def __init__(
        self,
        log: EventLog,
        *,
        categories: Sequence[str] | None,
        include_internal: bool,
        concerned_with: Callable[[StoredEvent], bool],
        page: int,
    ) -> None:
        self.seen = 0
        self.read_at = 0.0
        self._log = log
        self._categories = tuple(categories) if categories is not None else None
        self._internal = include_internal
        self._concerned_with = concerned_with
        self._page = page

    def wants(self, event: Envelope) -> bool:
        """Whether an event is of a service that is followed."""
        return self._categories is None or event.category in self._categories

    async def head(self) -> int:
        """The seq of the newest event of the services followed."""
        self.seen = await self._log.head(self._categories, include_internal=self._internal)
        return self.seen

    async def end(self) -> tuple[UUID | None, int]:
        """The log's end, and the epoch in which it is there."""
        epoch = self._log.epochs.current
        head = await self._log.head()
        return epoch or self._log.epochs.current, head

    async def portion(self, after: int, head: int) -> Portion:
        """The next page after a seq and up to a head. What the follower is not concerned with is not decoded."""
        self.read_at = time.monotonic()
        rows = await self._log.read_raw(
            after, limit=self._page, categories=self._categories, until=head, include_internal=self._internal
        )
        upto = head if len(rows) < self._page else rows[-1].seq
        opened = await self._log.opened([row for row in rows if self._concerned_with(row)])
        return Portion([envelope(row, decoding=decode_or_raw) for row in opened], upto, rows[-1] if rows else None)


def footing_on(epoch: UUID | None, last: StoredEvent | None) -> Footing | None:
    """What a position in the log rests on: an epoch, and the last event up to there."""
    if epoch is None:
        return None
    return Footing(epoch, last.seq, last.event_id) if last else Footing(epoch)


__all__ = ["Backlog", "Portion", "footing_on"]
