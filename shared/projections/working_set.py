"""The rows that a page of events touches, in memory: folded there, written back in bulk.

Memory stays constant: two generations of rows are kept, and the older one is given up when the younger is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from shared.contracts.core import Envelope, Event
from shared.eventlog.codec import RawEvent, decode
from shared.projections.projection import Projection
from shared.projections.view import Key, Row, View
from shared.projections.written_keys import WrittenKeys

Route: TypeAlias = (
    "tuple[RowCache, Callable[[Any, Envelope], Iterable[Key]], Callable[[Row, Any, Envelope], Row | None]]"
)
"""A view that an event class touches: its cache, the keys of the rows touched, the fold."""


class Spans(BaseException):
    """Rows of a view are not one stream id's alone. No ``Exception``: it is nobody's trouble but the divider's."""

    def __init__(self, view: str) -> None:
        super().__init__(view)
        self.view = view


class NotLoaded(LookupError):
    """A row may be stored that was not loaded: ``fetch`` its page first."""


class Store(Protocol):
    """Where a view's rows live."""

    async def load(self, keys: Sequence[Key]) -> Mapping[Key, Row]:
        """The stored rows of these keys; none for a key that has none."""
        ...

    async def write(self, rows: Mapping[Key, Row | None], absent: AbstractSet[Key]) -> None:
        """Store rows (``None`` deletes). The ``absent`` keys are known to have no stored row."""
        ...

    async def add(self, rows: Sequence[Row]) -> None:
        """Store rows of a view that has a row an event; that none of them is stored is its promise."""
        ...


@dataclass(slots=True)
class RowCache:
    """One view's rows in memory. A key that maps to ``None`` is known to have no row."""

    view: View
    store: Store
    young: dict[Key, Row | None] = field(default_factory=dict)
    """What was folded since the last write, which writes it."""
    old: dict[Key, Row | None] = field(default_factory=dict)
    """What is known besides, as it is stored."""
    absent: set[Key] = field(default_factory=set)
    """The keys, of those in memory, that are known to have no stored row."""
    added: list[Row] = field(default_factory=list)
    """The rows to be written of a view that has a row an event."""
    written: WrittenKeys | None = None
    """Which keys the stored table may hold, where it was empty at the beginning; ``None``: it may hold any."""

    def get(self, key: Key) -> Row | None:
        """The row as it stands, for folding it on: ask once. Raises ``NotLoaded`` where one may be stored, ``WrongRow``
        for what can be no key."""
        if key in self.young:
            return self.young[key]
        if key in self.old:
            return self.old.pop(key)
        self.view.check_key(key)
        if self.written is None or key in self.written:
            raise NotLoaded(key)
        self.absent.add(key)
        return None

    async def fetch(self, keys: Iterable[Key]) -> None:
        """Load the rows of the keys that are not known yet. A key that can be none is left to ``get`` to refuse."""
        new = dict.fromkeys(key for key in keys if key not in self.young and key not in self.old)
        unknown = [key for key in new if self.view.is_key(key) and (self.written is None or key in self.written)]
        if not unknown:
            return
        rows = await self.store.load(unknown)
        for key in unknown:
            row = self.old[key] = rows.get(key)
            if row is None:
                self.absent.add(key)

    async def flush(self) -> None:
        """Write what changed; call ``age`` when it is stored for good."""
        if self.added:
            await self.store.add(self.added)
        if self.young:
            await self.store.write(self.young, self.absent)

    def age(self) -> None:
        """Give up what was not folded since the last call, and take the rest for stored."""
        if self.written is not None:
            self.written.add(key for key in self.absent if self.young.get(key) is not None)
        self.old, self.young, self.added = self.young, {}, []
        self.absent = {key for key in self.absent if key in self.old and self.old[key] is None}


class WorkingSet:
    """A projection's rows in memory, over the tables that keep them.

    ``fetch`` before folding a page (or when ``fold`` raises ``NotLoaded``), ``flush`` to write. ``empty``: the tables
    are known to hold nothing, and nobody else writes to them.
    """

    def __init__(self, projection: Projection, stores: Mapping[str, Store], *, empty: bool = False) -> None:
        self.caches = {
            view.name: RowCache(view, stores[view.name], written=WrittenKeys() if empty else None)
            for view in projection.views
        }
        self._touched = projection.touched
        self._routes: dict[type[Event], tuple[Route, ...]] = {}

    def _route(self, cache: RowCache, cls: type[Event]) -> Route:
        return (cache, *cache.view.route(cls))

    def routes(self, envelope: Envelope) -> tuple[Route, ...]:
        """The views that an event touches."""
        cls = type(envelope.event)
        routes = self._routes.get(cls)
        if routes is None:
            routes = self._routes[cls] = tuple(
                self._route(self.caches[view.name], cls) for view in self._touched.get(cls, ())
            )
        return routes

    async def fetch(self, page: Sequence[Envelope]) -> None:
        """Load the rows that a page touches: one query a view. What ``keys`` raises, it raises again in ``fold``."""
        wanted: dict[str, list[Key]] = {name: [] for name in self.caches}
        for envelope in page:
            for cache, keys, _ in self.routes(envelope):
                if cache.view.each is not None:
                    continue
                with suppress(Exception):
                    wanted[cache.view.name].extend(keys(envelope.event, envelope))
        for name, found in wanted.items():
            await self.caches[name].fetch(found)

    def fold(self, envelope: Envelope) -> None:
        """Take one event into all views, or (when a fold raises) into none.

        Raises ``NotLoaded``; ``UnknownEventType`` or ``UnreadableEvent`` for a ``RawEvent``; what a fold raises.
        """
        event = envelope.event
        if type(event) is RawEvent:
            decode(event.type, event.schema_version, event.data)
        self._fold(envelope, event, self.routes(envelope))

    def fold_run(self, page: Sequence[Envelope], start: int) -> int:
        """Fold a page's events from an index on, up to the first that raises, and give its index (or the page's end).

        What it raised, ``fold`` raises again; nothing of it is taken in.
        """
        index = start
        with suppress(Exception, Spans):
            for index in range(start, len(page)):
                envelope = page[index]
                event = envelope.event
                routes = self.routes(envelope)
                if not routes and type(event) is RawEvent:
                    return index
                self._fold(envelope, event, routes)
            return len(page)
        return index

    def _fold(self, envelope: Envelope, event: Event, routes: tuple[Route, ...]) -> None:
        staged: list[tuple[RowCache, Key | None, Row | None]] = []
        for cache, keys_of, handler in routes:
            view = cache.view
            if view.each is not None:
                key = view.each(envelope)
                staged.append((cache, None, view.checked(handler(view.blank(key), event, envelope), key)))
                continue
            keys = tuple(keys_of(event, envelope))
            for key in keys if len(keys) == 1 else dict.fromkeys(keys):
                row = cache.young.get(key) or cache.get(key) or view.fresh(key)
                staged.append((cache, key, view.checked(handler(row, event, envelope), key)))
        for cache, at, new in staged:
            if at is not None:
                cache.young[at] = new
            elif new is not None:
                cache.added.append(new)

    @property
    def size(self) -> int:
        """How many rows are to be written."""
        return sum(len(cache.young) + len(cache.added) for cache in self.caches.values())

    @property
    def held(self) -> int:
        """How many rows are in memory: at most twice what the writer lets ``size`` grow to."""
        return self.size + sum(len(cache.old) for cache in self.caches.values())

    async def flush(self) -> None:
        """Write what changed since the last ``age``."""
        for cache in self.caches.values():
            await cache.flush()

    def age(self) -> None:
        """Give up the rows that were not folded since the last call; call when what ``flush`` wrote is stored."""
        for cache in self.caches.values():
            cache.age()


__all__ = ["NotLoaded", "Route", "RowCache", "Spans", "Store", "WorkingSet"]
