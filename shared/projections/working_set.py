"""The rows that a page of events touches, in memory: folded there, written back in bulk.

Memory stays constant: two generations of rows are kept, and the older one is given up when the younger is full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from shared.contracts.core import Envelope, Event
from shared.eventlog.codec import RawEvent, decode
from shared.projections.projection import Key, Projection, Row, View


class Store(Protocol):
    """Where a view's rows live."""

    async def load(self, keys: Sequence[Key]) -> Mapping[Key, Row]:
        """The stored rows of these keys; none for a key that has none."""
        ...

    async def write(self, rows: Mapping[Key, Row | None], absent: frozenset[Key]) -> None:
        """Store rows (``None`` deletes). The ``absent`` keys are known to have no stored row."""
        ...


@dataclass(slots=True)
class Sheet:
    """One view's rows in memory. A key that maps to ``None`` is known to have no row."""

    view: View
    store: Store
    young: dict[Key, Row | None] = field(default_factory=dict)
    old: dict[Key, Row | None] = field(default_factory=dict)
    changed: dict[Key, Row | None] = field(default_factory=dict)
    absent: set[Key] = field(default_factory=set)
    empty: bool = False
    """Whether the stored table is known to hold nothing, so that nothing need be loaded."""

    def get(self, key: Key) -> Row | None:
        """The row as it stands; an unknown key has none (``fetch`` has looked, or the table is empty)."""
        try:
            return self.young[key]
        except KeyError:
            pass
        if key in self.old:
            row = self.young[key] = self.old[key]
            return row
        self.view.check_key(key)
        self.absent.add(key)
        self.young[key] = None
        return None

    async def fetch(self, keys: Iterable[Key]) -> None:
        """Load the rows of the keys that are not known yet. A key that can be none is left to ``get`` to refuse."""
        new = dict.fromkeys(key for key in keys if key not in self.young and key not in self.old)
        unknown = [key for key in new if self.view.is_key(key)]
        self.young.update(await self.store.load(unknown) if unknown else {})

    async def flush(self) -> None:
        """Write what changed. Afterwards nothing is known to be absent: what was written is stored."""
        if self.changed:
            await self.store.write(self.changed, frozenset(self.absent))
            self.empty = False
        self.absent.difference_update(key for key, row in self.changed.items() if row is not None)
        self.changed = {}

    def age(self) -> None:
        """Give the older generation up; call after ``flush``."""
        self.absent.difference_update(self.old.keys() - self.young.keys())
        self.old, self.young = self.young, {}


class WorkingSet:
    """A projection's rows in memory, over the tables that keep them.

    ``fetch`` before folding a page (not needed while the tables are known to be empty), ``flush`` to write.
    """

    def __init__(self, projection: Projection, stores: Mapping[str, Store], *, empty: bool = False) -> None:
        self.sheets = {view.name: Sheet(view, stores[view.name], empty=empty) for view in projection.views}
        self._touched: dict[type[Event], tuple[Sheet, ...]] = {
            cls: tuple(self.sheets[view.name] for view in views) for cls, views in projection.touched.items()
        }

    async def fetch(self, page: Sequence[Envelope]) -> None:
        """Load the rows that a page touches: one query a view. What ``keys`` raises, it raises again in ``fold``."""
        wanted: dict[str, list[Key]] = {name: [] for name, sheet in self.sheets.items() if not sheet.empty}
        if not wanted:
            return
        for envelope in page:
            for sheet in self._touched.get(type(envelope.event), ()):
                if not sheet.empty:
                    with suppress(Exception):
                        wanted[sheet.view.name].extend(sheet.view.keys(envelope))
        for name, keys in wanted.items():
            await self.sheets[name].fetch(keys)

    def fold(self, envelope: Envelope) -> None:
        """Take one event into all views, or (when a fold raises) into none.

        Raises ``UnknownEventType`` or ``UnreadableEvent`` for a ``RawEvent``, and what a fold raises.
        """
        event = envelope.event
        if isinstance(event, RawEvent):
            decode(event.type, event.schema_version, event.data)
        staged: list[tuple[Sheet, Key, Row | None]] = []
        for sheet in self._touched.get(type(event), ()):
            view = sheet.view
            keys = tuple(view.keys(envelope))
            for key in keys if len(keys) == 1 else dict.fromkeys(keys):
                row = sheet.young.get(key) or sheet.get(key)
                staged.append((sheet, key, view.fold(row, envelope, key)))
        for sheet, key, row in staged:
            sheet.young[key] = sheet.changed[key] = row

    @property
    def size(self) -> int:
        """How many rows the younger generations hold."""
        return sum(len(sheet.young) for sheet in self.sheets.values())

    async def flush(self) -> None:
        """Write what changed since the last flush."""
        for sheet in self.sheets.values():
            await sheet.flush()

    def age(self) -> None:
        """Give the rows up that were not touched since the last call; call after ``flush``."""
        for sheet in self.sheets.values():
            sheet.age()


__all__ = ["Sheet", "Store", "WorkingSet"]
