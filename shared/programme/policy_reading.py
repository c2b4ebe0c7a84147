"""Reading the parameters of a policy from TOML values, each checked against its declared type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, get_type_hints

from shared.programme.vocabulary import EvidenceKind


class PolicyError(ValueError):
    """The policy asked for does not exist, or its file is wrong; the message names the parameter.

    ``parameter`` and ``clause`` are those of the value that makes no sense, where it is one.
    """

    def __init__(self, message: str, *, parameter: str = "", clause: str = "-", message_zh: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.clause = clause
        self.message_zh = message_zh


@dataclass(frozen=True, kw_only=True)
class PolicyItem:
    """An entry of a list that the policy sets."""

    key: str
    clause: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class ScoreCriterion:
    """A line of the score sheet; `weight` is percent, the mark itself is 0 to 100."""

    key: str
    clause: str
    zh: str
    en: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Backdating:
    """An act (`<service>.<Command>`) that may be dated back: by which roles, and at most how many calendar `days`.

    It never precedes the last event of the types it `rests_on`, or of any type where none is named.
    """

    act: str
    clause: str
    zh: str
    en: str
    by: tuple[str, ...]
    days: int
    rests_on: tuple[str, ...]


def read_fields(of: type, values: Mapping[str, object]) -> dict[str, Any]:
    """The values for the fields of the dataclass `of`. Raises `PolicyError`."""
    hints = get_type_hints(of)
    names = [field.name for field in fields(of)]
    if unknown := sorted(set(values) - set(names)):
        raise PolicyError(f"unknown parameter {unknown[0]!r}")
    if missing := [name for name in names if name not in values]:
        raise PolicyError(f"parameter {missing[0]!r} is missing")
    read: dict[str, Any] = {}
    for name in names:
        try:
            read[name] = _READERS[hints[name]](values[name])
        except (TypeError, ValueError) as error:
            raise PolicyError(f"parameter {name!r}: {error}") from None
    return read


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is not a whole number from 0")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is not true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r} is not a text")
    return value


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"{value!r} is not a date")
    return value


def _each(value: object, read: Callable[[object], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return tuple(read(element) for element in value)


def _table(value: object, of: type) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not a table")
    return of(**read_fields(of, value))


_READERS: Mapping[object, Callable[[object], Any]] = {
    int: _number,
    bool: _truth,
    str: _text,
    date: _day,
    tuple[int, ...]: lambda value: _each(value, _number),
    tuple[str, ...]: lambda value: _each(value, _text),
    tuple[EvidenceKind, ...]: lambda value: _each(value, lambda text: EvidenceKind(_text(text))),
    PolicyItem: lambda value: _table(value, PolicyItem),
    tuple[PolicyItem, ...]: lambda value: _each(value, lambda table: _table(table, PolicyItem)),
    tuple[ScoreCriterion, ...]: lambda value: _each(value, lambda table: _table(table, ScoreCriterion)),
    tuple[Backdating, ...]: lambda value: _each(value, lambda table: _table(table, Backdating)),
}
