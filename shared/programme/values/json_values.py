"""Values of the contracts as JSON values, and the one text of a JSON value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeAlias
from uuid import UUID

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def as_json(value: object) -> Json:
    """A value of the programme as JSON values; dates are ISO 8601, decimals are text.

    Raises ``TypeError`` for a value that has no exact form in JSON.
    """
    match value:
        case Enum():
            return as_json(value.value)
        case None | bool() | int() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted((as_json(item) for item in value), key=canonical)
        case Mapping():
            return {str(as_json(key)): as_json(item) for key, item in value.items()}
        case list() | tuple():
            return [as_json(item) for item in value]
        case _ if is_dataclass(value):
            return as_object(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def as_object(record: object) -> dict[str, Json]:
    """A dataclass as a JSON object; raises ``TypeError`` for anything else."""
    if not is_dataclass(record):
        raise TypeError(f"{type(record).__name__} is no record")
    return {field.name: as_json(getattr(record, field.name)) for field in fields(record)}


def canonical(value: Json) -> str:
    """The one text of a JSON value: keys sorted, no spaces, nothing escaped that need not be (after RFC 8785).

    Numbers are integers only, and keys are ASCII, where the orders of RFC 8785 and of code points agree.
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


__all__ = ["Json", "as_json", "as_object", "canonical"]
