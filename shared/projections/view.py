"""A table of a read model and the folds that fill it: which rows an event touches, and what becomes of each.

How one is written is told in ``shared/projections/projection.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar, overload

from sqlalchemy import ARRAY, JSON, Table

from shared.contracts.core import Envelope, Event

Row: TypeAlias = dict[str, Any]
"""A row by column name. What a column holds is the table's business, so the values are not typed here."""

Key: TypeAlias = tuple[object, ...]
"""A primary key's values, in the table's column order."""

A = TypeVar("A", bound=Event)
B = TypeVar("B", bound=Event)
C = TypeVar("C", bound=Event)
D = TypeVar("D", bound=Event)
F = TypeVar("F", bound=Callable[..., Row | None])

OwnKey: TypeAlias = Callable[[Envelope], Key]
"""An event's own key in a view that has a row an event."""

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
    ``each`` says that every event has a row of its own, and the row's key, which no other event gives: such rows are
    only added, never looked for.
    """

    def __init__(self, table: Table, *, keys: _AnyKeys = by_stream, each: OwnKey | None = None) -> None:
        if table.schema is not None or not table.primary_key.columns or table.foreign_keys or len(table.name) > 30:
            raise ValueError(f"view {table.name}: wants a primary key, no schema, no foreign key, 30 characters")
        if any(isinstance(column.type, ARRAY) for column in table.columns):
            raise ValueError(f"view {table.name}: lists go into JSON columns, not arrays")
        self.table = table
        self.columns = tuple(column.name for column in table.columns)
        self.key_columns = tuple(column.name for column in table.primary_key.columns)
        self.json_columns = tuple(column.name for column in table.columns if isinstance(column.type, JSON))
        self._key_types = tuple(column.type.python_type for column in table.primary_key.columns)
        self._key_shapes: set[tuple[type, ...]] = set()
        self._one_key = self.key_columns[0] if len(self.key_columns) == 1 else ""
        self._shapes: set[tuple[type, ...]] = set()
        self._constants = {column.name: getattr(column.default, "arg", None) for column in table.columns}
        self._made = tuple((name, made) for name, made in self._constants.items() if callable(made))
        self.each = each
        self._keys = keys if each is None else lambda _event, at: (each(at),)
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
        if keys is not None and self.each is not None:
            raise ValueError(f"view {self.name} has a row an event, whose key it says itself")

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
        handler = self._handlers.get(type(envelope.event))
        return handler[0](envelope.event, envelope) if handler else ()

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
        if self._one_key:
            row[self._one_key] = key[0]
        else:
            row.update(zip(self.key_columns, key, strict=True))
        return row

    def is_key(self, key: Key) -> bool:
        """Whether the values are of the key columns' types: one that is not would not find its row again."""
        shape = tuple(map(type, key))
        if shape not in self._key_shapes:
            if len(key) != len(self._key_types) or not all(map(isinstance, key, self._key_types)):
                return False
            self._key_shapes.add(shape)
        return True

    def check_key(self, key: Key) -> None:
        """Raise ``WrongRow`` for what ``is_key`` denies."""
        if not self.is_key(key):
            raise WrongRow(f"view {self.name}: {key!r} is no key of ({', '.join(self.key_columns)})")


__all__ = ["Handler", "Key", "Keys", "OwnKey", "Row", "View", "WrongRow", "by_stream", "stream_id"]
