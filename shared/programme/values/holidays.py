"""What the State Council's yearly notice says of days: which are off, and which weekend days are worked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256


class DayKind(StrEnum):
    """What the State Council's notice says of a day: a holiday, or a weekend day that is worked."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, kw_only=True)
class HolidayRow:
    """One line of a year's notice."""

    on: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekendWorked:
    """A Saturday or Sunday that is worked, and which of them it is (``周六``)."""

    on: date
    weekday: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A holiday as the notice states it: from a day to a day, so many in all, and the weekend days that make up for
    it. Weekdays are written as there (``周四``)."""

    name: str
    first: date
    first_weekday: str
    last: date
    last_weekday: str
    days: int
    worked: tuple[WeekendWorked, ...] = ()

    @property
    def days_off(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    @property
    def rows(self) -> tuple[HolidayRow, ...]:
        """Its days off, and those that make up for them."""
        off = (HolidayRow(on=day, kind=DayKind.OFF, name=self.name) for day in self.days_off)
        worked = (HolidayRow(on=day.on, kind=DayKind.WORK, name=self.name) for day in self.worked)
        return (*off, *worked)


@dataclass(frozen=True, kw_only=True)
class HolidayNotice:
    """A year's notice as it was announced: its number, and the days that it takes off and puts in."""

    year: int
    document_number: str
    rows: tuple[HolidayRow, ...]


def digest(rows: Sequence[HolidayRow]) -> str:
    """SHA-256 over the days of a notice in their order, as hex: two notices of the same days have the same."""
    lines = sorted(f"{row.on.isoformat()},{row.kind.value},{row.name}\n" for row in rows)
    return sha256("".join(lines).encode()).hexdigest()
