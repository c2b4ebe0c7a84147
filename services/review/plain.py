"""Values of the contracts as plain JSON values, for the columns of the read models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID


def plain(value: object) -> Any:
    """Dicts, lists, texts, numbers; dates are ISO 8601, decimals text. Raises ``TypeError`` for anything else."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [plain(one) for one in value]
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no plain form")
