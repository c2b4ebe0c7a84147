"""Where the personal data of an event class stands, read from the marks on its fields; one ``Group`` a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shared.contracts.core import Event
from shared.programme.values.personal import GoesBy, Personal, Sealed

EACH = "*"
"""The step into every element of a tuple."""

Json = dict[str, Any]
"""A JSON object: an event's fields, or a value within them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields about one person: the steps to the object that holds them, the sealed ones and the ids among them.

    Where ``path`` ends in ``EACH`` after a field of texts, ``element`` is that text's kind and the person has no more.
    """

    path: tuple[str, ...]
    sealed: Mapping[str, Personal]
    ids: Mapping[str, str]
    element: Personal | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A group in one event: ``fields`` by name or index, their holder to change them in, and where it stands."""

    holder: Any
    sealed: Mapping[Any, Personal]
    ids: Mapping[str, str]
    where: str


class Unsealable(TypeError):
    """A mark stands where sealing does not reach: in a mapping, a set, or on what is no text."""


_known: dict[type[Event], tuple[Group, ...]] = {}


def groups(cls: type[Event]) -> tuple[Group, ...]:
    """The groups of an event class; none where it holds nothing personal. Raises ``Unsealable``."""
    groups = _known.get(cls)
    if groups is None:
        groups = _known[cls] = tuple(_groups(cls, ()))
    return groups


def find(cls: type[Event], fields: Json) -> Iterator[Found]:
    """The groups of an event's fields (as JSON values), in order."""
    for group in groups(cls):
        for holder, where in _walk(fields, group.path, ""):
            if group.element is None:
                yield Found(holder, group.sealed, group.ids, where)
            else:
                for index in range(len(holder)):
                    yield Found(holder, {index: group.element}, {}, where)


def _walk(value: Any, path: tuple[str, ...], where: str) -> Iterator[tuple[Any, str]]:
    if value is None:
        return
    if not path:
        yield value, where
    elif path[0] == EACH:
        for index, each in enumerate(value):
            yield from _walk(each, path[1:], f"{where}{index}.")
    elif path[0] in value:
        yield from _walk(value[path[0]], path[1:], f"{where}{path[0]}.")


def _groups(cls: type, path: tuple[str, ...]) -> Iterator[Group]:
    sealed: dict[str, Personal] = {}
    ids: dict[str, str] = {}
    nested: list[Group] = []
    for name, hint in get_type_hints(cls, include_extras=True).items():
        mark, plain = _mark(hint)
        if mark is not None and plain is not str:
            raise Unsealable(f"{cls.__name__}.{name} is marked and is no text")
        if isinstance(mark, Sealed):
            sealed[name] = mark.kind
        elif isinstance(mark, GoesBy):
            ids[name] = mark.by
        else:
            nested += _inside(plain, (*path, name))
    if sealed:
        yield Group(path, sealed, ids)
    yield from nested


def _inside(hint: Any, path: tuple[str, ...]) -> Iterator[Group]:
    """The groups within a field's type."""
    mark, plain = _mark(hint)
    if isinstance(mark, Sealed):
        if path[-1] != EACH or plain is not str:
            raise Unsealable(f"{'.'.join(path)} cannot be sealed")
        yield Group(path[:-1], {}, {}, mark.kind)
    elif is_dataclass(plain) and isinstance(plain, type):
        yield from _groups(plain, path)
    elif get_origin(plain) is tuple:
        for each in {arg for arg in get_args(plain) if arg is not Ellipsis}:
            yield from _inside(each, (*path, EACH))
    elif get_origin(plain) in {Union, UnionType}:
        for each in get_args(plain):
            yield from _inside(each, path)
    elif any(list(_inside(arg, (*path, EACH))) for arg in get_args(plain)):
        raise Unsealable(f"{'.'.join(path)} holds personal data in a {get_origin(plain)}")


def _mark(hint: Any) -> tuple[Sealed | GoesBy | None, Any]:
    marks = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Sealed | GoesBy)]
    plain = hint.__origin__ if hasattr(hint, "__metadata__") else hint
    return (marks[0] if marks else None), plain


__all__ = ["EACH", "Found", "Group", "Json", "Unsealable", "find", "groups"]
