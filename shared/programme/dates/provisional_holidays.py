"""Days off and make-up days of a year that the State Council has not announced yet.

The thirteen statutory days follow the regulation on public holidays (全国年节及纪念日放假办法, as revised in November
2024). How days are swapped around them is assumed to follow the notice that came with the revision
(国办发明电〔2024〕12号): the Spring Festival has eight days from the eve of the lunar year, National Day seven from 1
October (eight where Mid-Autumn falls among or beside them), Labour Day five, each other holiday three in a row, or only
itself on a Wednesday. A weekday off beyond the statutory days is made up for on a weekend day. Which one, no rule says;
the notices for 2024 to 2026 took the one next to a holiday of one day, else, of those around a holiday, the one that
leaves the shortest run of working days.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from shared.programme.dates.days import ONE_DAY

LAST_COMPUTED_YEAR: Final = 2050

SPRING_DAYS, LABOUR_DAYS, NATIONAL_DAYS, MERGED_DAYS = 8, 5, 7, 8
_SATURDAY, _SUNDAY = 5, 6
_THREE_DAYS_FROM = {0: -2, 1: -2, 2: 0, 3: 0, 4: 0, 5: 0, 6: -1}
"""By the weekday of a holiday of one day, how far from it its days off begin; on a Wednesday it stands alone."""
_MADE_UP_AFTER = {1: -3, 3: 3}
"""How far from it the weekend day is worked that makes up for its third day."""
_SHORTEST_RUN = 2
"""A working day alone between two days off is never announced."""
_AROUND = 28
"""Days before and after a holiday among which a make-up day is sought."""
_NEAREST = 2
"""So many weekend days on each side are considered."""


@dataclass(frozen=True, kw_only=True)
class LunarFestivals:
    """The first day of the lunar year, the fifth of the fifth and the fifteenth of the eighth month."""

    spring_festival: date
    dragon_boat: date
    mid_autumn: date


@dataclass(frozen=True, kw_only=True)
class HolidayDays:
    """The days off of one holiday in a row, and how many of them the regulation gives."""

    name: str
    first: date
    length: int
    statutory: int
    made_up_on: date | None = None

    @property
    def days(self) -> list[date]:
        """All of them."""
        return _row(self.first, self.length)

    @property
    def owed(self) -> int:
        """How many weekdays off are to be made up for."""
        return sum(day.weekday() < _SATURDAY for day in self.days) - self.statutory


def provisional_days(year: int) -> tuple[dict[date, str], dict[date, str]]:
    """The days off of `year`, and the weekend days that are worked, with the holiday that each belongs to.

    Raises KeyError outside 2025-2050.
    """
    holidays = _holidays(year)
    if year < LAST_COMPUTED_YEAR:
        holidays.append(_single("元旦", date(year + 1, 1, 1)))
    off = {day: holiday.name for holiday in holidays for day in holiday.days}
    worked: dict[date, str] = {}
    for holiday in holidays:
        for _ in range(holiday.owed):
            worked[_made_up(holiday, off, worked)] = holiday.name
    return _within(year, off), _within(year, worked)


def statutory_days(year: int) -> dict[date, str]:
    """The days that the regulation makes holidays, with the holiday of each; before its revision of 2024 only those of
    them that have a fixed date."""
    fixed = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
    days = {date(year, month, day): name for (month, day), name in fixed.items()}
    if year in lunar_festivals():
        lunar = lunar_festivals()[year]
        days |= {lunar.spring_festival + timedelta(days=number): "春节" for number in range(-1, 3)}
        days |= {date(year, 5, 2): "劳动节", qingming(year): "清明节"}
        days |= {lunar.dragon_boat: "端午节", lunar.mid_autumn: "中秋节"}
    return dict(sorted(days.items()))


def qingming(year: int) -> date:
    """The day of Qingming (清明), by the formula that holds in the twenty-first century."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


@cache
def lunar_festivals() -> dict[int, LunarFestivals]:
    """The lunar festivals by year, from 2025 on."""
    text = (files("shared.programme") / "data" / "lunar_festivals.csv").read_text(encoding="utf-8")
    return {
        int(row["year"]): LunarFestivals(
            spring_festival=date.fromisoformat(row["spring_festival"]),
            dragon_boat=date.fromisoformat(row["dragon_boat"]),
            mid_autumn=date.fromisoformat(row["mid_autumn"]),
        )
        for row in csv.DictReader(text.splitlines())
    }


def _holidays(year: int) -> list[HolidayDays]:
    """The holidays of a year in their order."""
    lunar = lunar_festivals()[year]
    return [
        _single("元旦", date(year, 1, 1)),
        HolidayDays(name="春节", first=lunar.spring_festival - ONE_DAY, length=SPRING_DAYS, statutory=4),
        _single("清明节", qingming(year)),
        HolidayDays(name="劳动节", first=_labour_day(year), length=LABOUR_DAYS, statutory=2),
        _single("端午节", lunar.dragon_boat),
        *_autumn(lunar.mid_autumn),
    ]


def _single(name: str, on: date) -> HolidayDays:
    """A holiday of one day: with the weekend beside it three in a row."""
    length = 1 if on.weekday() == 2 else 3
    first = on + timedelta(days=_THREE_DAYS_FROM[on.weekday()])
    away = _MADE_UP_AFTER.get(on.weekday())
    made_up_on = on + timedelta(days=away) if away else None
    return HolidayDays(name=name, first=first, length=length, statutory=1, made_up_on=made_up_on)


def _labour_day(year: int) -> date:
    """The first of the five days around 1 and 2 May: a whole weekend lies among them, and they begin late."""
    begins = [date(year, 5, 1) - timedelta(days=before) for before in range(LABOUR_DAYS - 1)]
    return max(begins, key=lambda first: (_weekend_days(_row(first, LABOUR_DAYS)), first))


def _autumn(mid_autumn: date) -> list[HolidayDays]:
    """Mid-Autumn and National Day: one holiday where the first falls among or beside the days of the second."""
    national = date(mid_autumn.year, 10, 1)
    near = national - timedelta(days=2) <= mid_autumn <= national + timedelta(days=NATIONAL_DAYS)
    if near:
        first = min(mid_autumn, national)
        return [HolidayDays(name="国庆节", first=first, length=MERGED_DAYS, statutory=4)]
    own = HolidayDays(name="国庆节", first=national, length=NATIONAL_DAYS, statutory=3)
    return sorted([_single("中秋节", mid_autumn), own], key=lambda holiday: holiday.first)


def _made_up(holiday: HolidayDays, off: dict[date, str], worked: dict[date, str]) -> date:
    """The weekend day that is worked for one of a holiday's days."""
    around = _row(holiday.first - timedelta(days=_AROUND), 2 * _AROUND + holiday.length)
    free = [day for day in around if day.weekday() >= _SATURDAY and day not in off and day not in worked]
    if holiday.made_up_on in free:
        return holiday.made_up_on

    def run(day: date) -> int:
        return _run(day, off, {*worked, day})

    possible = [day for day in free if run(day) >= _SHORTEST_RUN]
    before, after = ([day for day in possible if (day < holiday.first) is earlier] for earlier in (True, False))
    return min([*before[-_NEAREST:], *after[:_NEAREST]], key=lambda day: (run(day), _distance(day, holiday)))


def _run(day: date, off: dict[date, str], worked: Iterable[date]) -> int:
    """How many days are worked in a row around a day."""

    def is_worked(on: date) -> bool:
        return on in worked or (on.weekday() < _SATURDAY and on not in off)

    first = last = day
    while is_worked(first - ONE_DAY):
        first -= ONE_DAY
    while is_worked(last + ONE_DAY):
        last += ONE_DAY
    return (last - first).days + 1


def _distance(day: date, holiday: HolidayDays) -> int:
    return min(abs((day - each).days) for each in holiday.days)


def _weekend_days(days: Iterable[date]) -> int:
    return sum(day.weekday() >= _SATURDAY for day in days)


def _row(first: date, length: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(length)]


def _within(year: int, days: dict[date, str]) -> dict[date, str]:
    return {day: days[day] for day in sorted(days) if day.year == year}
