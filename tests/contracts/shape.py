"""What the stored form of an event looks like, a line a field; two versions with the same lines store the same.

Names of classes are not in it, because the log does not store them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

PLAIN: Mapping[object, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "yes or no",
    Decimal: "decimal",
    date: "date",
    datetime: "moment",
    UUID: "uuid",
}


def shape(cls: type) -> tuple[str, ...]:
    """The fields of a dataclass in their order, those of its parts after it: ``place.route: 'direct' | 'endorsed'``.

    Raises ``TypeError`` for a type that it has no words for.
    """
    return tuple(_fields(cls, ""))


def members(cls: type) -> dict[str, object]:
    """The fields of a dataclass and their types in their order, without marks (``Annotated``)."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


def optional(kind: object) -> tuple[object, bool]:
    """A type without ``None``, and whether it had it. Raises ``TypeError`` for any other union."""
    if isinstance(kind, NewType):
        return optional(kind.__supertype__)
    if get_origin(kind) not in {Union, UnionType}:
        return kind, False
    rest = [each for each in get_args(kind) if each is not NoneType]
    if len(rest) != 1 or len(rest) == len(get_args(kind)):
        raise TypeError(f"{kind} is a union of several types")
    return optional(rest[0])[0], True


def item_of(kind: object) -> object | None:
    """The type of the items of a ``tuple[T, ...]``; ``None`` for any other type."""
    args = get_args(kind)
    return args[0] if get_origin(kind) is tuple and len(args) == 2 and args[1] is Ellipsis else None


def _fields(cls: type, before: str) -> Iterator[str]:
    for name, kind in members(cls).items():
        yield from _lines(kind, f"{before}{name}")


def _lines(kind: object, path: str) -> Iterator[str]:
    kind, empty = optional(kind)
    also = " or nothing" if empty else ""
    item = item_of(kind)
    if item is not None:
        yield f"{path}: list{also}"
        yield from _lines(item, f"{path}[]")
    elif isinstance(kind, type) and is_dataclass(kind):
        yield f"{path}: object{also}"
        yield from _fields(kind, f"{path}.")
    else:
        yield f"{path}: {_word(kind)}{also}"


def _word(kind: object) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " | ".join(sorted(repr(each.value) for each in kind))
    if kind not in PLAIN:
        raise TypeError(f"a contract with {kind}: say in tests/contracts/shape.py how it is stored")
    return PLAIN[kind]
