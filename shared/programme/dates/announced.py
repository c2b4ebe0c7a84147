"""The State Council's yearly notices as they were announced to the system, and the calendar that each of them made.

A calendar goes by a name, like a policy by its version: the name follows from the announcements that it rests on, so
the same name is the same calendar in every process. A command's context names the one that was known when it was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, reduce
from hashlib import sha256
from typing import Final

from shared.contracts.core import Due
from shared.programme.dates.calendar import (
    LAST_ANNOUNCED_YEAR,
    WorkingCalendar,
    standard_calendar,
)
from shared.programme.values.holidays import HolidayNotice, digest

SHIPPED: Final = ""
"""The name of the calendar that the build ships, without any announcement."""


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A calendar by its name, the announcement that made it, and the years that had been known otherwise before."""

    name: str
    calendar: WorkingCalendar
    last: HolidayNotice | None
    corrected: frozenset[int]


def announced_calendar(announcements: Sequence[HolidayNotice]) -> Announced:
    """What announcements (in the order in which they were made) make of the calendar that is shipped.

    Of several for one year the last holds, whole. Raises ``CalendarDataError``.
    """
    holding = {each.year: each for each in announcements}
    calendar = reduce(
        lambda before, year: before.load_year(year, holding[year].rows), sorted(holding), standard_calendar()
    )
    return Announced(
        name=reduce(_named, announcements, SHIPPED),
        calendar=calendar,
        last=announcements[-1] if announcements else None,
        corrected=_corrected(announcements),
    )


def moved(was: Due, counted: Due, today: date) -> Due | None:
    """What a running last day becomes that is counted again; ``None`` where it stays as it is. A day that is over, or
    would be, does not move."""
    if was.on < today:
        return None
    now = counted if counted.on >= today else replace(counted, on=was.on)
    return now if now != was else None


def take(announcements: Sequence[HolidayNotice]) -> None:
    """Take over what the log holds: from here on these are all that this process knows of."""
    global _latest  # noqa: PLW0603 - a process has one log, and so one calendar
    made = announced_calendar(announcements)
    _known[made.name] = made
    _latest = made.name


def latest() -> str:
    """The name of the calendar by which days are counted now."""
    return _latest


def announced(name: str) -> Announced:
    """The calendar of a name. Raises ``LookupError`` for one that this process never took over."""
    return _known[name] if name else _shipped()


def calendar(name: str) -> WorkingCalendar:
    """The calendar of a name, by which days are counted. Raises ``LookupError``."""
    return announced(name).calendar


def current_calendar() -> WorkingCalendar:
    """The calendar as it is known now, to be shown. A decision takes that of its context."""
    return calendar(_latest)


def _named(before: str, announcement: HolidayNotice) -> str:
    return sha256(f"{before} {announcement.year} {digest(announcement.rows)}".encode()).hexdigest()


def _corrected(announcements: Sequence[HolidayNotice]) -> frozenset[int]:
    """The years of which days were known as settled before and then announced otherwise."""
    known = set(range(LAST_ANNOUNCED_YEAR + 1))
    corrected: set[int] = set()
    for each in announcements:
        corrected |= {row.on.year for row in each.rows} & known
        known.add(each.year)
    return frozenset(corrected)


@cache
def _shipped() -> Announced:
    return announced_calendar(())


_latest = SHIPPED
_known: dict[str, Announced] = {}

__all__ = [
    "SHIPPED",
    "Announced",
    "announced",
    "announced_calendar",
    "calendar",
    "current_calendar",
    "latest",
    "moved",
    "take",
]
