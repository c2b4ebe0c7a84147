"""Where a rebuild's events come from: the log as everybody reads it, page by page, the next one read ahead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from shared.contracts.core import Envelope
from shared.programme.dates.days import first_moment_after
from shared.projections.projection import Projection


class Source(Protocol):
    """What is needed of the event log."""

    async def read_all(
        self,
        after: int,
        *,
        limit: int,
        categories: Sequence[str] | None = None,
        until: int | None = None,
        include_internal: bool = False,
        keep_unknown: bool = False,
    ) -> list[Envelope]:
        """At most ``limit`` events after ``after`` and up to ``until`` (both seq), in order."""
        ...

    async def head(self, categories: Sequence[str] | None = None) -> int:
        """The last seq, of the categories where they are given; 0 where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the log: events in order, and the seq up to which there are no others."""

    events: Sequence[Envelope]
    upto: int


class Feed(Protocol):
    """A projection's events, from wherever they are."""

    def pages(self, after: int, until: int) -> AsyncGenerator[Stretch, None]:
        """The events after a seq and up to another. A rest without events need not come."""
        ...

    async def again(self, envelope: Envelope) -> Envelope:
        """An event that made trouble, whole, as everybody reads it."""
        ...


class LogFeed:
    """The log through its own reader: whole envelopes, in one process."""

    def __init__(self, source: Source, projection: Projection, *, page: int, effective: date | None = None) -> None:
        self._source = source
        self._projection = projection
        self._size = page
        self._effective = effective

    async def pages(self, after: int, until: int) -> AsyncGenerator[Stretch, None]:
        """See ``Feed``; the next page is asked for while this one is folded."""
        following = self._ask(after, until)
        try:
            while page := await following:
                whole = len(page) == self._size
                if whole:
                    following = self._ask(page[-1].seq, until)
                    await asyncio.sleep(0)
                yield Stretch(self._wanted(page), page[-1].seq)
                if not whole:
                    return
        finally:
            following.cancel()

    async def again(self, envelope: Envelope) -> Envelope:
        """The same: it is whole."""
        return envelope

    def _wanted(self, page: Sequence[Envelope]) -> Sequence[Envelope]:
        if self._effective is None:
            return page
        return [each for each in page if each.effective_on <= self._effective]

    def _ask(self, after: int, until: int) -> asyncio.Task[list[Envelope]]:
        asked = self._source.read_all(
            after,
            limit=self._size,
            categories=self._projection.categories,
            until=until,
            include_internal=self._projection.include_internal,
            keep_unknown=True,
        )
        return asyncio.ensure_future(asked)


async def last_recorded(source: Source, projection: Projection, head: int, at: date | datetime) -> int:
    """The last seq recorded by a moment; recorded times never decrease along the log."""
    end = at if isinstance(at, datetime) else first_moment_after(at)
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        next_events = await source.read_all(
            middle - 1,
            limit=1,
            categories=projection.categories,
            until=high,
            include_internal=projection.include_internal,
            keep_unknown=True,
        )
        if next_events and _is_recorded_by(next_events[0], end, including=isinstance(at, datetime)):
            low = next_events[0].seq
        else:
            high = middle - 1
    return low


def _is_recorded_by(envelope: Envelope, end: datetime, *, including: bool) -> bool:
    return envelope.recorded_at <= end if including else envelope.recorded_at < end


__all__ = ["Feed", "LogFeed", "Source", "Stretch", "last_recorded"]
