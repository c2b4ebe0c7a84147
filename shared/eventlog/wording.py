"""Which part of an error may be written down: its class and origin, never the values that PostgreSQL and its driver
quote.

A row that a constraint refuses may hold a person's name and telephone number. Whatever is written down outlives the
person's erasure: a parked event's error, a log line, a health report.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

import asyncpg

WITHHELD = "(withheld)"

_ARGUMENT = re.compile(r"(invalid input for query argument \$\d+): .*")
_QUOTED = re.compile(r': (".*")', re.DOTALL)


def describe(error: BaseException) -> str:
    """An error's class and message."""
    return _withhold(f"{type(error).__name__}: {error}", error)


def trace(error: BaseException) -> str:
    """An error with where it was raised, and all that led to it."""
    return _withhold("".join(traceback.format_exception(error)).rstrip("\n"), error)


def _withhold(text: str, error: BaseException) -> str:
    for cause in _all_of(error, set()):
        if isinstance(cause, asyncpg.PostgresError):
            for value in _values(cause):
                text = text.replace(value, WITHHELD)
    return _ARGUMENT.sub(rf"\1: {WITHHELD}", text)


def _values(error: asyncpg.PostgresError) -> Iterator[str]:
    """What the server quotes of a row or a value, as it stands in texts that were made of the error, too."""
    if error.detail:
        yield error.detail
    if (error.sqlstate or "").startswith("22") and (quoted := _QUOTED.search(str(error.args[0]))):
        yield quoted[1]


def _all_of(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        yield from _all_of(other, seen)


__all__ = ["WITHHELD", "describe", "trace"]
