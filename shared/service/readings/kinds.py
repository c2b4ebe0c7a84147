"""Which kinds of personal data an answer holds, found by the marks in its documented type: no list is kept by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.programme.values.personal import ERASED, Sealed

Finder = Callable[[Any], Iterator[str]]
"""Gives the kinds that a JSON value holds; a kind may come more than once."""


def finder_of(shape: Any) -> Finder | None:
    """What finds the kinds in answers of a type; ``None`` where the type has no mark.

    An empty text holds nothing, nor does one that was erased.
    """
    return _of(shape, ())


def _of(shape: Any, within: tuple[Any, ...]) -> Finder | None:
    marks, plain = getattr(shape, "__metadata__", ()), getattr(shape, "__origin__", shape)
    if mark := next((each for each in marks if isinstance(each, Sealed)), None):
        return _marked(mark.kind.value)
    plain = plain if marks else shape
    if plain in within:
        return None
    if (fields := _fields(plain)) is not None:
        found = {name: _of(hint, (*within, plain)) for name, hint in fields.items()}
        return _in_fields({name: find for name, find in found.items() if find is not None})
    return _in_parts(plain, within)


def _marked(kind: str) -> Finder:
    def find(value: Any) -> Iterator[str]:
        if value and value != ERASED:
            yield kind

    return find


def _fields(shape: Any) -> Mapping[str, Any] | None:
    """The fields of a class that has some, by name."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {name: _with_marks(field.annotation, field.metadata) for name, field in shape.model_fields.items()}
    if isinstance(shape, type) and is_dataclass(shape):
        return get_type_hints(shape, include_extras=True)
    return None


class _Annotation:
    """A type with its marks, as pydantic keeps them apart."""

    def __init__(self, origin: Any, metadata: Iterable[Any]) -> None:
        self.__origin__ = origin
        self.__metadata__ = tuple(metadata)


def _with_marks(annotation: Any, metadata: Iterable[Any]) -> Any:
    marks = [each for each in metadata if isinstance(each, Sealed)]
    return _Annotation(annotation, marks) if marks else annotation


def _in_fields(fields: Mapping[str, Finder]) -> Finder | None:
    def within(value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            for name, find in fields.items():
                yield from find(value.get(name))

    return within if fields else None


def _in_parts(shape: Any, within: tuple[Any, ...]) -> Finder | None:
    """What finds in the elements of a list, the values of a mapping, or whichever a union holds."""
    parts = tuple(find for each in get_args(shape) if (find := _of(each, within)) is not None)
    united = get_origin(shape) in {Union, UnionType}

    def inside(value: Any) -> Iterator[str]:
        for each in (value,) if united else _elements(value):
            for find in parts:
                yield from find(each)

    return inside if parts else None


def _elements(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


__all__ = ["Finder", "finder_of"]
