"""Working days of the People's Republic of China.

Announced years (2018-2026) follow the State Council's yearly notice with its make-up Saturdays and Sundays.
Years not announced yet are computed in `provisional_holidays` and marked provisional. Notices that are loaded later
stand in the log (`announced`); a deadline that rests on such a year is counted again.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from shared.contracts.core import Due
from shared.programme.dates.days import ONE_DAY
from shared.programme.dates.provisional_holidays import LAST_COMPUTED_YEAR, provisional_days
from shared.programme.values.holidays import DayKind, HolidayRow

FIRST_YEAR: Final = 2018
LAST_ANNOUNCED_YEAR: Final = 2026


class DateOutsideCalendarError(ValueError):
    """The date lies in a year for which no working days are known."""

    def __init__(self, on: date) -> None:
        self.on = on
        super().__init__(f"{on.isoformat()} lies outside the working calendar, {FIRST_YEAR} to {LAST_COMPUTED_YEAR}")


class CalendarDataError(ValueError):
    """A row of a year's notice contradicts itself, another row, or the year it is loaded for."""


@dataclass(frozen=True, kw_only=True)
class YearOfDays:
    """The days of one year that differ from its plain weekdays and weekends."""

    off: Mapping[date, str]
    work: Mapping[date, str]
    provisional: bool


class WorkingCalendar:
    """Which days are worked, and periods counted in them. Immutable."""

    def __init__(self, years: Mapping[int, YearOfDays]) -> None:
        self._years = MappingProxyType(dict(years))

    def is_working_day(self, on: date) -> bool:
        """Whether offices work that day. Raises `DateOutsideCalendarError`."""
        year = self._year(on)
        return on in year.work or (on.weekday() < 5 and on not in year.off)

    def day_name(self, on: date) -> str | None:
        """The holiday that `on` belongs to or makes up for, in Chinese; None on a plain day."""
        year = self._year(on)
        return year.off.get(on) or year.work.get(on)

    def is_provisional(self, year: int) -> bool:
        """Whether the holidays of `year` are computed, not announced. Raises `DateOutsideCalendarError`."""
        return self._year(date(year, 1, 1)).provisional

    def add_working_days(self, start: date, n: int) -> Due:
        """The nth working day after `start`; the day after `start` counts as day 1 if it is worked.

        A negative `n` counts back; zero gives `start`, rolled forward to a working day.
        """
        if n == 0:
            return self.roll_forward(start)
        step = ONE_DAY if n > 0 else -ONE_DAY
        day, left = start, abs(n)
        while left:
            day += step
            left -= self.is_working_day(day)
        return self._due(start, day)

    def period_from(self, first: date, n: int) -> Due:
        """The last day of a period of `n` working days of which `first` is itself day 1, if it is worked.

        Publicity (公示) is counted so: five working days from Monday 20 August end on Friday 24 August.
        Raises ValueError when `n` is not positive.
        """
        if n < 1:
            raise ValueError(f"a period has at least one working day, not {n}")
        opening = self.roll_forward(first)
        return self._due(first, self.add_working_days(opening.on, n - 1).on)

    def roll_forward(self, on: date) -> Due:
        """`on` if it is worked, else the next working day."""
        day = on
        while not self.is_working_day(day):
            day += ONE_DAY
        return self._due(on, day)

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` comes first."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))

    def load_year(self, year: int, rows: Iterable[HolidayRow]) -> "WorkingCalendar":
        """A calendar in which `year` is announced by `rows`.

        A notice may reach back into the December before, for the New Year's make-up days; such rows amend
        that year. Raises `CalendarDataError`, and `DateOutsideCalendarError` for a year before the first.
        """
        if year < FIRST_YEAR:
            raise DateOutsideCalendarError(date(year, 1, 1))
        noted = tuple(rows)
        _check_rows(year, noted)
        own = tuple(row for row in noted if row.on.year == year)
        if not any(row.kind is DayKind.OFF for row in own):
            raise CalendarDataError(f"the notice for {year} names no day off in it")
        years = {**self._years, year: _announced(own, _NOTHING)}
        if before := tuple(row for row in noted if row.on.year == year - 1):
            known = self._year(date(year - 1, 12, 31))
            years[year - 1] = _announced(before, known)
        return WorkingCalendar(years)

    def _due(self, a: date, b: date) -> Due:
        first, last = min(a.year, b.year), max(a.year, b.year)
        return Due(on=b, provisional=any(self.is_provisional(year) for year in range(first, last + 1)))

    def _year(self, on: date) -> YearOfDays:
        try:
            return self._years[on.year]
        except KeyError:
            raise DateOutsideCalendarError(on) from None


_NOTHING: Final = YearOfDays(off={}, work={}, provisional=False)


def _announced(rows: Iterable[HolidayRow], known: YearOfDays) -> YearOfDays:
    off, work = dict(known.off), dict(known.work)
    for row in rows:
        mine, other = (off, work) if row.kind is DayKind.OFF else (work, off)
        other.pop(row.on, None)
        mine[row.on] = row.name
    return YearOfDays(off=MappingProxyType(off), work=MappingProxyType(work), provisional=known.provisional)


def _check_rows(year: int, rows: tuple[HolidayRow, ...]) -> None:
    if len({row.on for row in rows}) != len(rows):
        raise CalendarDataError(f"the notice for {year} names a day twice")
    for row in rows:
        if row.on.year != year and (row.on.year, row.on.month) != (year - 1, 12):
            raise CalendarDataError(f"{row.on.isoformat()} does not belong to the notice for {year}")
        if row.kind is DayKind.WORK and row.on.weekday() < 5:
            raise CalendarDataError(f"{row.on.isoformat()} is a weekday, it cannot be a make-up day")


def read_rows(text: str) -> tuple[HolidayRow, ...]:
    """The rows of a notice kept as CSV with the columns date, kind (off or work), name.

    Raises `CalendarDataError` naming the line.
    """
    lines = csv.DictReader(text.splitlines())
    rows: list[HolidayRow] = []
    for number, line in enumerate(lines, start=2):
        try:
            row = HolidayRow(on=date.fromisoformat(line["date"]), kind=DayKind(line["kind"]), name=line["name"] or "")
        except (KeyError, TypeError, ValueError) as error:
            raise CalendarDataError(f"line {number} is not a date, a kind and a name: {error}") from None
        rows.append(row)
    return tuple(rows)


def _computed(year: int) -> YearOfDays:
    off, work = provisional_days(year)
    return YearOfDays(off=MappingProxyType(off), work=MappingProxyType(work), provisional=True)


@cache
def standard_calendar() -> WorkingCalendar:
    """The calendar the project ships: announced years from its data files, later ones computed."""
    computed = range(LAST_ANNOUNCED_YEAR + 1, LAST_COMPUTED_YEAR + 1)
    calendar = WorkingCalendar({year: _computed(year) for year in computed})
    for year in range(FIRST_YEAR, LAST_ANNOUNCED_YEAR + 1):
        calendar = calendar.load_year(year, shipped_rows(year))
    return calendar


def shipped_rows(year: int) -> tuple[HolidayRow, ...]:
    """The notice of an announced year, from the data files. Raises ``OSError`` for a year that has none."""
    file = files("shared.programme") / "data" / "holidays" / f"{year}.csv"
    return read_rows(file.read_text(encoding="utf-8"))
