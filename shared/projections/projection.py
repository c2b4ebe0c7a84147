"""Read models as pure folds: which rows an event touches, and what becomes of each.

A view is one table and holds no SQL. That is why the live projector, a rebuild in memory and a unit test run the very
same code. A service author writes this much::

    cases = View(Table("cases", MetaData(),
                       Column("case_id", Text, primary_key=True),
                       Column("stage", Text, nullable=False),
                       Column("filed_on", Date),
                       Column("defects", JSONB, nullable=False, default=list)))

    @cases.on(ApplicationFiled)
    def _filed(row: Row, event: ApplicationFiled, at: Envelope) -> Row:
        return row | {"stage": "filed", "filed_on": at.effective_on}

    @cases.on(DefectFound)
    def _found(row: Row, event: DefectFound, at: Envelope) -> Row:
        return row | {"defects": [*row["defects"], event.text]}

    @cases.on(ApplicationWithdrawn)
    def _withdrawn(row: Row, event: ApplicationWithdrawn, at: Envelope) -> None:
        return None                                        # deletes the row

    APPLICATIONS = Projection("intake.applications", version=1, categories=("intake",), views=(cases,))

A handler is given the row as it stands, or a blank one (key filled in, the columns' defaults, else None). It never
alters what it is given: it answers with a new row. JSON columns hold plain data (dict with str keys, list, str, int,
float, bool, None; no tuples), because that is what comes back. Where a row is not one stream's, say whose it is::

    @reports.on(ReportFiled, keys=lambda event, at: [(stream_id(at), event.year)])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar, overload

from sqlalchemy import ARRAY, JSON, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.contracts.core import Envelope, Event, event_types
from shared.eventlog.codec import RawEvent

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

Row: TypeAlias = dict[str, Any]
"""A row by column name. What a column holds is the table's business, so the values are not typed here."""

Key: TypeAlias = tuple[object, ...]
"""A primary key's values, in the table's column order."""

A = TypeVar("A", bound=Event)
B = TypeVar("B", bound=Event)
C = TypeVar("C", bound=Event)
D = TypeVar("D", bound=Event)
F = TypeVar("F", bound=Callable[..., Row | None])

Handler: TypeAlias = Callable[[Row, A, Envelope], Row | None]
Keys: TypeAlias = Callable[[A, Envelope], Iterable[Key]]
_Decorator: TypeAlias = Callable[[Handler[A]], Handler[A]]

_AnyHandler = Callable[[Row, Any, Envelope], Row | None]
_AnyKeys = Callable[[Any, Envelope], Iterable[Key]]


class WrongRow(TypeError):
    """A fold gave a row that its table cannot hold: other columns, another key, a key of another type."""


def stream_id(envelope: Envelope) -> str:
    """The last part of the stream's name: the id of the case (or delivery) that the event is about."""
    return envelope.stream.rpartition("/")[2]


def by_stream(_event: Event, envelope: Envelope) -> Iterable[Key]:
    """The default keys: one row a stream, keyed by the stream's id."""
    return ((envelope.stream.rpartition("/")[2],),)


class View:
    """One table of a read model and the folds that fill it; see the module's text for how it is written.

    ``table`` names no schema: the live one and a replay's are chosen at run time. Its name is at most 30 characters.
    """

    def __init__(self, table: Table, *, keys: _AnyKeys = by_stream) -> None:
        if table.schema is not None or not table.primary_key.columns or table.foreign_keys or len(table.name) > 30:
            raise ValueError(f"view {table.name}: wants a primary key, no schema, no foreign key, 30 characters")
        if any(isinstance(column.type, ARRAY) for column in table.columns):
            raise ValueError(f"view {table.name}: lists go into JSON columns, not arrays")
        self.table = table
        self.columns = tuple(column.name for column in table.columns)
        self.key_columns = tuple(column.name for column in table.primary_key.columns)
        self.json_columns = tuple(column.name for column in table.columns if isinstance(column.type, JSON))
        self._key_types = tuple(column.type.python_type for column in table.primary_key.columns)
        self._one_key = self.key_columns[0] if len(self.key_columns) == 1 else ""
        self._shapes: set[tuple[type, ...]] = set()
        self._constants = {column.name: getattr(column.default, "arg", None) for column in table.columns}
        self._made = tuple((name, made) for name, made in self._constants.items() if callable(made))
        self._keys = keys
        self._handlers: dict[type[Event], tuple[_AnyKeys, _AnyHandler]] = {}

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def handles(self) -> frozenset[type[Event]]:
        """The event classes that touch this view."""
        return frozenset(self._handlers)

    @overload
    def on(self, a: type[A], /, *, keys: Keys[A] | None = None) -> _Decorator[A]: ...
    @overload
    def on(self, a: type[A], b: type[B], /, *, keys: Keys[A | B] | None = None) -> _Decorator[A | B]: ...
    @overload
    def on(
        self, a: type[A], b: type[B], c: type[C], /, *, keys: Keys[A | B | C] | None = None
    ) -> _Decorator[A | B | C]: ...
    @overload
    def on(
        self, a: type[A], b: type[B], c: type[C], d: type[D], /, *, keys: Keys[A | B | C | D] | None = None
    ) -> _Decorator[A | B | C | D]: ...
    @overload
    def on(self, *types: type[Event], keys: _AnyKeys | None = None) -> Callable[[F], F]: ...
    def on(self, *types: type[Event], keys: _AnyKeys | None = None) -> Any:
        """Make a function the fold of these event classes. Raises ``ValueError`` when one has a fold already."""

        def register(handler: F) -> F:
            for cls in types:
                if cls in self._handlers:
                    raise ValueError(f"view {self.name} folds {cls.__name__} twice")
                self._handlers[cls] = (keys or self._keys, handler)
            return handler

        return register

    def route(self, cls: type[Event]) -> tuple[_AnyKeys, _AnyHandler]:
        """The keys and the fold of an event class that it handles."""
        return self._handlers[cls]

    def keys(self, envelope: Envelope) -> Iterable[Key]:
        """The primary keys of the rows that an event touches; none for an event this view does not fold."""
        found = self._handlers.get(type(envelope.event))
        return found[0](envelope.event, envelope) if found else ()

    def fold(self, row: Row | None, envelope: Envelope, key: Key) -> Row | None:
        """The row after the event, ``None`` where there is none. Raises ``WrongRow``, and what the fold raises."""
        handler = self._handlers[type(envelope.event)][1]
        return self.checked(handler(self.blank(key) if row is None else row, envelope.event, envelope), key)

    def checked(self, new: Row | None, key: Key) -> Row | None:
        """What a fold gave for a key, if the table can hold it; raises ``WrongRow``."""
        if new is None:
            return None
        types = tuple(map(type, new.values()))
        if types not in self._shapes or tuple(new) != self.columns:
            self._check_shape(new)
            if tuple(new) == self.columns:
                self._shapes.add(types)
        if new[self._one_key] != key[0] if self._one_key else tuple(map(new.__getitem__, self.key_columns)) != key:
            raise WrongRow(f"view {self.name}: the fold changed the key {key}")
        return new

    def _check_shape(self, row: Row) -> None:
        """Refuse at the event what the table would refuse at the end of a page, whatever the page's other events do."""
        if row.keys() != set(self.columns):
            raise WrongRow(f"view {self.name}: columns {sorted(row.keys() ^ set(self.columns))} are not its own")
        for column in self.table.columns:
            value = row[column.name]
            if value is None and not column.nullable:
                raise WrongRow(f"view {self.name}: {column.name} is null")
            wanted = object if column.name in self.json_columns else column.type.python_type
            if value is not None and not isinstance(value, wanted):
                raise WrongRow(f"view {self.name}: {column.name} is {type(value).__name__}, not {wanted.__name__}")

    def blank(self, key: Key) -> Row:
        """The row before its first event: its key, the columns' defaults, else None."""
        self.check_key(key)
        return self.fresh(key)

    def fresh(self, key: Key) -> Row:
        """The same for a key that was checked."""
        row = self._constants.copy()
        for name, made in self._made:
            row[name] = made(None)
        row.update(zip(self.key_columns, key, strict=True))
        return row

    def is_key(self, key: Key) -> bool:
        """Whether the values are of the key columns' types: one that is not would not find its row again."""
        return len(key) == len(self._key_types) and all(map(isinstance, key, self._key_types))

    def check_key(self, key: Key) -> None:
        """Raise ``WrongRow`` for what ``is_key`` denies."""
        if not self.is_key(key):
            raise WrongRow(f"view {self.name}: {key!r} is no key of ({', '.join(self.key_columns)})")


@dataclass(frozen=True)
class Projection:
    """Views that are filled and rebuilt together, under one checkpoint.

    ``version`` grows with every change of a fold: the tables are then rebuilt. ``categories`` are the services whose
    events are followed. ``include_internal`` asks for events that are stored but not published, which only the log
    gives: such a projection follows its own service's category in the log, not on the streams.
    """

    name: str
    version: int
    categories: tuple[str, ...]
    views: tuple[View, ...]
    include_internal: bool = False
    handles: frozenset[type[Event]] | None = field(default=None)

    def __post_init__(self) -> None:
        names = [view.name for view in self.views]
        if len(set(names)) != len(names) or "@" in self.name or self.version < 1:
            raise ValueError(f"projection {self.name}: views want names of their own, a version from 1, no @")

    @cached_property
    def touched(self) -> Mapping[type[Event], tuple[View, ...]]:
        """The views that each event class touches, narrowed by ``handles`` where it is given."""
        classes = frozenset().union(*(view.handles for view in self.views))
        wanted = classes if self.handles is None else classes & self.handles
        return {cls: tuple(view for view in self.views if cls in view.handles) for cls in wanted}

    @cached_property
    def of_no_interest(self) -> frozenset[str]:
        """The stored names of the types whose first schema version this build knows and no view folds."""
        known = (kind for kind in event_types() if kind.service in self.categories)
        names = {kind.name: kind.cls for kind in known if kind.version == 1}
        return frozenset(name for name, cls in names.items() if cls not in self.touched)

    def concerns(self, event: Event) -> bool:
        """Whether a view folds the event, or (one that this build cannot read) might."""
        if type(event) is RawEvent:
            return event.schema_version != 1 or event.type not in self.of_no_interest
        return type(event) in self.touched

    @cached_property
    def definition(self) -> str:
        """SHA-256 (hex) of the tables' definitions: where it changes, the tables are rebuilt too."""
        statements = []
        for view in self.views:
            statements.append(str(CreateTable(view.table).compile(dialect=_DIALECT)))
            indexes = sorted(view.table.indexes, key=lambda index: str(index.name))
            statements += [str(CreateIndex(index).compile(dialect=_DIALECT)) for index in indexes]
        return sha256("\n".join(statements).encode()).hexdigest()


class ImpureFold(AssertionError):
    """A fold altered the row it was given."""


def project(projection: Projection, events: Sequence[Envelope]) -> dict[str, dict[Key, Row]]:
    """The rows of every view after these events, in memory: for unit tests, and as the independent fold of checks.

    Raises ``ImpureFold`` when a fold alters the row it was given.
    """
    views: dict[str, dict[Key, Row]] = {view.name: {} for view in projection.views}
    for envelope in events:
        for view in projection.touched.get(type(envelope.event), ()):
            rows = views[view.name]
            for key in view.keys(envelope):
                before = rows.get(key)
                seen = repr(before)
                after = view.fold(before, envelope, key)
                if repr(before) != seen:
                    raise ImpureFold(f"view {view.name} alters its row at {envelope.type}")
                if after is None:
                    rows.pop(key, None)
                else:
                    rows[key] = after
    return views


__all__ = [
    "Handler",
    "ImpureFold",
    "Key",
    "Keys",
    "Projection",
    "Row",
    "View",
    "WrongRow",
    "by_stream",
    "project",
    "stream_id",
]
