"""What enters is cleaned by how each of its fields is written, and what no text may hold is named by its place.

It walks dataclasses and tuples by their types; what is clean already stays the very object that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import is_
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from shared.programme.values.email_address import clean_email
from shared.programme.values.personal import ERASED, Personal, Sealed
from shared.programme.values.telephone import clean_phone
from shared.programme.values.uscc import normalised
from shared.programme.values.writing import Writing, cleaned, is_untouched, unplain

_CLEANERS: Final[Mapping[Writing | None, Callable[[str], str]]] = {
    None: cleaned,
    Writing.LINE: cleaned,
    Writing.CODE: normalised,
    Writing.EMAIL: clean_email,
    Writing.PHONE: clean_phone,
}
_OF_PEOPLE: Final = {Personal.NAME: Writing.LINE, Personal.EMAIL: Writing.EMAIL, Personal.PHONE: Writing.PHONE}


def entered(value: Any, hint: Any) -> Any:
    """A value of a type as it is kept: its texts cleaned."""
    if isinstance(value, str):
        return value if type(value) is not str or value == ERASED else _CLEANERS[_writing(hint)](value)
    if isinstance(value, tuple):
        kept = tuple(entered(element, _element(hint)) for element in value)
        return value if all(map(is_, kept, value)) else kept
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            name: kept
            for name, of in _hints(type(value))
            if (kept := entered(old := getattr(value, name), of)) is not old
        }
        return replace(value, **changed) if changed else value
    return value


@cache
def untouched(hint: Any) -> Callable[[Any], bool]:
    """A quick check of a type's values: whether ``entered`` and ``unplain_in`` would find nothing in one.

    Most requests are such, and this check costs a quarter of the two. What it does not pass is for them to judge.
    """
    writing, parts = _writing(hint), _element(hint)

    def is_untouched_value(value: Any) -> bool:
        if isinstance(value, str):
            return is_untouched(value, writing)
        if isinstance(value, tuple):
            return all(map(untouched(parts), value))
        return all(check(getattr(value, name)) for name, check in _checks(value.__class__))

    return is_untouched_value


@cache
def _checks(cls: type) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    """A check for each field of a dataclass; none for another type, which holds no text."""
    return tuple((name, untouched(of)) for name, of in _hints(cls)) if is_dataclass(cls) else ()


def unplain_in(value: object, hint: Any, place: str) -> Iterator[str]:
    """The places within a value of texts that hold what none may (``unit.name``, ``items.0.message``)."""
    for where, text, writing in texts_in(value, hint, place):
        if unplain(text, line=writing is not None):
            yield where


def texts_in(value: object, hint: Any, place: str) -> Iterator[tuple[str, str, Writing | None]]:
    """The texts within a value of a type, in order: where each stands, the text, and how its field is written."""
    if isinstance(value, str):
        yield place, value, _writing(hint)
    elif isinstance(value, tuple):
        for number, element in enumerate(value):
            yield from texts_in(element, _element(hint), f"{place}.{number}")
    elif is_dataclass(value) and not isinstance(value, type):
        for name, of in _hints(type(value)):
            yield from texts_in(getattr(value, name), of, f"{place}.{name}")


@cache
def _hints(cls: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple((field.name, hints[field.name]) for field in fields(cls))


@cache
def _writing(hint: Any) -> Writing | None:
    marks = getattr(hint, "__metadata__", ())
    own = (mark for mark in marks if isinstance(mark, Writing))
    of_people = (_OF_PEOPLE.get(mark.kind) for mark in marks if isinstance(mark, Sealed))
    of_choices = map(_writing, _choices(hint))
    return next((writing for writing in (*own, *of_people, *of_choices) if writing is not None), None)


@cache
def _element(hint: Any) -> Any:
    """The type of a tuple's elements; all our tuples are of one type."""
    plain = getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    for choice in (plain, *_choices(plain)):
        if get_origin(choice) is tuple:
            return get_args(choice)[0]
    return str


def _choices(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, UnionType} else ()


__all__ = ["entered", "texts_in", "unplain_in", "untouched"]
