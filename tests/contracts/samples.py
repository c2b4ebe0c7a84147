"""Instances of event classes, the same on every run: everything given, and as little as possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeVar, cast
from uuid import UUID

from shared.contracts.core import Event, derived_id
from tests.contracts.shape import item_of, members, optional

T = TypeVar("T")


def samples(cls: type[Event]) -> tuple[Event, ...]:
    """One with as little as possible, and enough others that every value of every enumeration occurs."""
    full = [_Full(nth) for nth in range(max(1, _widest(cls)))]
    return (*(each.made(cls, "") for each in full), _bare(cls))


class _Full:
    """Everything given, two of everything that may be many."""

    def __init__(self, nth: int) -> None:
        self._nth = nth

    def made(self, cls: type[T], path: str) -> T:
        return cls(**{name: self._value(kind, f"{path}.{name}", 0) for name, kind in members(cls).items()})

    def _value(self, kind: object, path: str, place: int) -> object:
        kind, _ = optional(kind)
        item = item_of(kind)
        if item is not None:
            return tuple(self._value(item, path, each) for each in (0, 1))
        if isinstance(kind, type) and is_dataclass(kind):
            return self.made(kind, f"{path}[{place}]")
        return self._plain(kind, path, self._nth + place)

    @staticmethod
    def _plain(kind: object, path: str, nth: int) -> object:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return list(kind)[nth % len(kind)]
        made: dict[object, object] = {
            str: f'{path.rpartition(".")[2]} {nth} 例"𠮷"\n',
            int: 7 + nth,
            float: 0.5 + nth,
            bool: nth % 2 == 0,
            Decimal: Decimal("18.50") + nth,
            date: date(2018, 4, 28 + nth % 3),
            datetime: datetime(2018, 4, 28, 1, 30, nth % 60, 250, tzinfo=UTC),
            UUID: derived_id("golden", path, str(nth)),
        }
        return made[kind]


def _bare(kind: object) -> Event:
    return cast("Event", _least(kind))


def _least(kind: object) -> object:
    kind, empty = optional(kind)
    if empty:
        return None
    if item_of(kind) is not None:
        return ()
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _least(each) for name, each in members(kind).items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    least: dict[object, object] = {
        str: "",
        int: 0,
        float: 0.0,
        bool: False,
        Decimal: Decimal(0),
        date: date(1, 1, 1),
        datetime: datetime(1970, 1, 1, tzinfo=UTC),
        UUID: UUID(int=0),
    }
    return least[kind]


def _widest(cls: type) -> int:
    return max(_enumerations(cls), default=1)


def _enumerations(kind: object) -> Iterator[int]:
    kind, _ = optional(kind)
    inner = item_of(kind)
    if inner is not None:
        yield from _enumerations(inner)
    elif isinstance(kind, type) and is_dataclass(kind):
        for each in members(kind).values():
            yield from _enumerations(each)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield len(kind)
