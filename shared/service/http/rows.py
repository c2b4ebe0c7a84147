"""Models of answers, made from the tables that they are read from, for the documents of APIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import UnionType
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, create_model
from sqlalchemy import JSON, Column

Shape = type | UnionType | Any


def row_model(
    name: str,
    columns: Iterable[Column[Any]],
    shapes: Mapping[str, Shape] | None = None,
    *,
    perhaps: Iterable[str] = (),
    without: Iterable[str] = (),
    **more: Shape,
) -> type[BaseModel]:
    """The model of a row with these columns; ``shapes`` are those of JSON columns, ``more`` further fields.

    ``perhaps`` are columns that only some are shown, ``without`` those that nobody is.
    """
    shaped, hidden, left_out = shapes or {}, frozenset(perhaps), frozenset(without)
    by_name = {column.name: _shape(column, shaped) for column in columns if column.name not in left_out} | more
    fields: dict[str, Any] = {name: (shape, None if name in hidden else ...) for name, shape in by_name.items()}
    return create_model(name, __config__=ConfigDict(extra="ignore"), **fields)


def _shape(column: Column[Any], shapes: Mapping[str, Shape]) -> Shape:
    if column.name in shapes:
        return shapes[column.name]
    if isinstance(column.type, JSON):
        factory = getattr(column.default, "arg", None)
        return list[Any] if getattr(factory, "__name__", "") == "list" else dict[str, Any]
    kind: Shape = column.type.python_type
    kind = AwareDatetime if kind is datetime else kind
    return kind | None if column.nullable else kind


__all__ = ["row_model"]
