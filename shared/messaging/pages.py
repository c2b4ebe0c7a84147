"""Pages of the log made ready for the streams that lack them, one read ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from shared.eventlog.codec import StoredEvent
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import words
from shared.messaging.wire import NOTHING, Batch, seq_of


@dataclass(slots=True)
class Copy:
    """One stream: the seq of its last event, the last id it gave out, and the seq up to which it is complete. ``fault``
    says why it is left alone, where it is."""

    name: str
    category: str | None
    tail: int = 0
    tail_id: str = NOTHING
    reached: int = 0
    aligned: bool = False
    fault: str = ""

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The services whose events belong into it; ``None`` for all."""
        return None if self.category is None else (self.category,)

    def ends_at(self, tail_id: str) -> None:
        """Note where it ends."""
        self.tail_id, self.tail = tail_id, seq_of(tail_id)


@dataclass(frozen=True, slots=True)
class Page:
    """What several streams lack of the log up to a seq; without events there is nothing to send."""

    copies: Sequence[Copy]
    batch: Batch
    upto: int

    def settle(self, answers: Sequence[str]) -> dict[str, str]:
        """Note what Redis answered to the batch: gives the streams that end elsewhere than expected, and where."""
        tails = dict(zip(self.batch.streams, answers, strict=True))
        differing = {
            stream: tail_id
            for (stream, tail_id), wanted in zip(tails.items(), self.batch.tails, strict=True)
            if tail_id != wanted
        }
        for copy in self.copies:
            if copy.name not in differing:
                copy.reached = max(copy.reached, self.upto)
                if copy.name in tails:
                    copy.ends_at(tails[copy.name])
        return differing


class Pages:
    """The pages that bring some streams up to ``head``, each ``size`` events of the log at most; enter it to read."""

    def __init__(self, log: EventLog, copies: Sequence[Copy], head: int, size: int) -> None:
        self._log = log
        self._copies = copies
        self._head = head
        self._size = size
        self._after = min((copy.reached for copy in copies), default=head)
        self._tails = {copy.name: copy.tail for copy in copies}
        self._tail_ids = {copy.name: copy.tail_id for copy in copies}
        self._of_category: dict[str, list[str]] = {}
        self._ahead: asyncio.Task[list[StoredEvent]] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
            with suppress(asyncio.CancelledError):
                await self._ahead

    @property
    def more(self) -> bool:
        """Whether a page is being read ahead."""
        return self._ahead is not None

    async def next(self, *, ahead: bool) -> Page | None:
        """The next page, assuming that Redis takes those before it; ``None`` when all are read. ``ahead`` starts
        reading the one after it."""
        if self._after >= self._head:
            return None
        events = await (self._ahead or self._read())
        self._ahead = None
        self._after = events[-1].seq if len(events) == self._size else self._head
        if ahead and self._after < self._head:
            self._ahead = asyncio.create_task(self._read(), name="publisher.read")
        return Page(self._copies, self._batch(events), self._after)

    async def _read(self) -> list[StoredEvent]:
        wanted = [copy.category for copy in self._copies if copy.category is not None]
        categories = wanted if len(wanted) == len(self._copies) else None
        return await self._log.read_raw(self._after, limit=self._size, categories=categories, until=self._head)

    def _batch(self, events: Sequence[StoredEvent]) -> Batch:
        placed = [(event, self._prevs(event)) for event in events]
        touched = {stream for _, prevs in placed for stream in prevs}
        batch = Batch({stream: tail_id for stream, tail_id in self._tail_ids.items() if stream in touched})
        for event, prevs in placed:
            if prevs:
                batch.add(event.seq, prevs, words(event, self._log.epochs.of(event.seq)))
        self._tail_ids |= dict(zip(batch.streams, batch.tails, strict=True))
        return batch

    def _prevs(self, event: StoredEvent) -> Mapping[str, int]:
        """The streams that an event belongs into and that lack it, each with the seq before it there."""
        prevs = {}
        for stream in self._streams_of(event.category):
            tail = self._tails[stream]
            if event.seq > tail:
                prevs[stream] = tail
                self._tails[stream] = event.seq
        return prevs

    def _streams_of(self, category: str) -> list[str]:
        if category not in self._of_category:
            self._of_category[category] = [copy.name for copy in self._copies if copy.category in {None, category}]
        return self._of_category[category]
