"""Tables being filled from a feed of events: folded in memory, written in bulk, progress kept with the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Envelope
from shared.projections.parking import Parking, is_poison
from shared.projections.projection import Projection
from shared.projections.projector import Projector, follower_name
from shared.projections.rebuilding.feeds import Feed
from shared.projections.rebuilding.scan import mine
from shared.projections.view_table import ViewTable, driver
from shared.projections.working_set import NotLoaded, Store, WorkingSet


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild has come: ``seq`` of ``target``, ``events`` folded so far, in ``seconds``; it began behind
    the seq ``began`` (0, or where an interrupted one was)."""

    projection: str
    seq: int
    target: int
    events: int
    seconds: float
    began: int = 0

    @property
    def rate(self) -> float:
        """Events folded a second."""
        return self.events / self.seconds if self.seconds else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds still to go at this pace; ``None`` before there is one."""
        done = self.seq - self.began
        return (self.target - self.seq) * self.seconds / done if done > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How a rebuild spends memory and processors.

    ``page`` events are read at once, at most twice ``rows`` rows kept in memory (over all processes), ``events`` folded
    between writes. ``processes`` fold side by side where there are at least ``worth`` seqs to go; 0: one a core.
    """

    page: int = 4_000
    rows: int = 40_000
    events: int = 1_000_000
    processes: int = 0
    worth: int = 50_000


Report = Callable[[Progress], None]


class Bookmark(Protocol):
    """Where a filling's progress is kept, moved in the same transaction as its rows."""

    async def read(self, connection: AsyncConnection) -> int:
        """The seq up to which everything is in the tables."""
        ...

    async def advance(self, connection: AsyncConnection, seq: int) -> None:
        """Move on; raises ``Superseded`` where another process has taken over."""
        ...


class OutOfOrder(Exception):
    """What a share of the events cannot decide: an event could not be folded or stored, and which others it holds back
    is seen only by whoever reads them all in order."""


class Filling:
    """Tables being filled on one connection, from a feed: folded in memory, written in bulk.

    It raises ``OutOfOrder`` for what it cannot decide by itself: unless it ``parks``, an event that does not fold;
    unless it ``searches``, which event made the row that the tables refuse.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        connection: AsyncConnection,
        projection: Projection,
        *,
        schema: str,
        tag: str,
        effort: Effort,
        bookmark: Bookmark,
        make: Callable[[Mapping[str, Store], bool], WorkingSet] | None = None,
        parks: bool = True,
        searches: bool = True,
    ) -> None:
        self.projection = projection
        self.tag = tag
        self.tables = [ViewTable(view, schema, tag) for view in projection.views]
        self.seq = 0
        self.events = 0
        self.name = follower_name(projection, tag)
        self.most = 0
        """The most rows that were in memory at once."""
        self._engine = engine
        self.connection = connection
        self._schema = schema
        self._effort = effort
        self.bookmark = bookmark
        self._make = make or (lambda stores, empty: WorkingSet(projection, stores, empty=empty))
        self._parks = parks
        self._searches = searches
        self._parking = Parking(engine, schema)
        self._held: dict[str, int] = {}
        self._failures: list[tuple[Envelope, Exception | None]] = []
        self._rows: WorkingSet
        self._began = monotonic()
        self._began_at = 0

    async def start(self) -> None:
        """Begin with an empty memory over what the tables hold."""
        async with self.connection.begin():
            self._held = await self._parking.held(self.connection, self.name)
            self.seq = await self.bookmark.read(self.connection)
        raw = await driver(self.connection)
        stores = {each.view.name: each.on(raw) for each in self.tables}
        self._rows = self._make(stores, self.seq == 0)
        self._failures = []
        self._began_at = self.seq

    async def advance(self, feed: Feed, until: int, *, progress: Report | None = None) -> None:
        """Fold the feed on, up to the seq ``until``, and write the rows."""
        await self._fold_on(feed, until, progress)
        self.seq = max(self.seq, until)
        await self._write(feed)

    async def _fold_on(self, feed: Feed, until: int, progress: Report | None) -> None:
        written = self.events
        async with aclosing(feed.pages(self.seq, until)) as pages:
            async for page in pages:
                await self._take(page.events, feed)
                self.seq = page.upto
                if self._rows.size > self._effort.rows or self.events - written >= self._effort.events:
                    await self._write(feed)
                    written = self.events
                if progress:
                    seconds = monotonic() - self._began
                    told = Progress(self.projection.name, self.seq, until, self.events, seconds, self._began_at)
                    progress(told)

    async def _take(self, page: Sequence[Envelope], feed: Feed) -> None:
        page = [each for each in page if self.projection.concerns(each.event)]
        index = 0
        while index < len(page):
            if not self._held:
                done = self._rows.fold_run(page, index)
                self.events += sum(map(mine, page[index:done]))
                if done > index:
                    self.seq = page[done - 1].seq
                index = done
                if index == len(page):
                    return
            await self._take_one(page, index, feed)
            self.events += mine(page[index])
            self.seq = page[index].seq
            index += 1

    async def _take_one(self, page: Sequence[Envelope], index: int, feed: Feed) -> None:
        """Take in an event that made trouble, or may be held back."""
        envelope = page[index]
        if envelope.stream in self._held:
            self._failures.append((envelope, None))
            return
        try:
            self._rows.fold(envelope)
        except NotLoaded:
            await self._rows.fetch(page[index:])
            if not self._folds(envelope):
                await self._fold_again(await feed.again(envelope))
        except Exception:  # noqa: BLE001 - judged with the whole envelope
            await self._fold_again(await feed.again(envelope))

    def _folds(self, envelope: Envelope) -> bool:
        try:
            self._rows.fold(envelope)
        except Exception:  # noqa: BLE001 - judged with the whole envelope
            return False
        return True

    async def _fold_again(self, envelope: Envelope) -> None:
        try:
            await self._rows.fetch([envelope])
            self._rows.fold(envelope)
        except Exception as error:
            if not is_poison(error):
                raise
            if not self._parks:
                raise OutOfOrder(f"seq {envelope.seq}: {error}") from error
            self._failures.append((envelope, error))
            self._held[envelope.stream] = envelope.seq

    async def _write(self, feed: Feed) -> None:
        """Write rows, parked events and progress in one transaction; if the tables refuse a row, find its event."""
        self.most = max(self.most, self._rows.held)
        try:
            async with self.connection.begin():
                await self.bookmark.advance(self.connection, self.seq)
                await self._rows.flush()
                for envelope, error in self._failures:
                    behind = self._held[envelope.stream]
                    await self._parking.park(self.connection, self.name, envelope, error, behind=behind)
        except Exception as error:
            if not is_poison(error):
                raise
            if not self._searches:
                raise OutOfOrder(str(error)) from error
            await self._write_slowly(feed, self.seq)
        self._failures = []
        self._rows.age()

    async def _write_slowly(self, feed: Feed, until: int) -> None:
        """Go back to what is stored and apply page by page, as the live projector does."""
        projector = Projector(self._engine, self.projection, self._schema, self.tag)
        began = self._began_at
        async with aclosing(feed.pages(await projector.position(), until)) as pages:
            async for page in pages:
                await projector.apply(page.events, page.upto)
        await projector.apply([], until)
        await self.start()
        self._began_at = began


__all__ = ["Bookmark", "Effort", "Filling", "OutOfOrder", "Progress", "Report"]
