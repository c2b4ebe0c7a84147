"""Days off of a year that the State Council has not announced yet.

They follow the regulation on public holidays (全国年节及纪念日放假办法) as revised in November 2024. There are
thirteen statutory days; a working day is off for each that falls on a weekend. Only the yearly notice decides how days
are swapped around a holiday, so there are no make-up days here.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from shared.programme.dates.days import ONE_DAY

LAST_COMPUTED_YEAR: Final = 2050


@dataclass(frozen=True, kw_only=True)
class LunarFestivals:
    """The first day of the lunar year, the fifth of the fifth and the fifteenth of the eighth month."""

    spring_festival: date
    dragon_boat: date
    mid_autumn: date


def provisional_days_off(year: int) -> dict[date, str]:
    """The days off of `year` and the holiday each belongs to. Raises KeyError outside 2027-2050."""
    off: dict[date, str] = {}
    displaced: list[tuple[date, str]] = []
    for day, name in _statutory_days(year):
        if day in off or day.weekday() >= 5:
            displaced.append((day, name))
        off.setdefault(day, name)
    for day, name in displaced:
        off[_next_free_weekday(day, off)] = name
    return dict(sorted(off.items()))


def qingming(year: int) -> date:
    """The day of Qingming (清明), by the formula that holds in the twenty-first century."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


@cache
def lunar_festivals() -> dict[int, LunarFestivals]:
    """The lunar festivals of the computed years, by year."""
    text = (files("shared.programme") / "data" / "lunar_festivals.csv").read_text(encoding="utf-8")
    return {
        int(row["year"]): LunarFestivals(
            spring_festival=date.fromisoformat(row["spring_festival"]),
            dragon_boat=date.fromisoformat(row["dragon_boat"]),
            mid_autumn=date.fromisoformat(row["mid_autumn"]),
        )
        for row in csv.DictReader(text.splitlines())
    }


def _statutory_days(year: int) -> list[tuple[date, str]]:
    lunar = lunar_festivals()[year]
    eve = lunar.spring_festival - ONE_DAY
    days = [(date(year, 1, 1), "元旦")]
    days += [(eve + timedelta(days=i), "春节") for i in range(4)]
    days += [(qingming(year), "清明节"), (date(year, 5, 1), "劳动节"), (date(year, 5, 2), "劳动节")]
    days += [(lunar.dragon_boat, "端午节")]
    days += [(date(year, 10, i), "国庆节") for i in (1, 2, 3)]
    return sorted([*days, (lunar.mid_autumn, "中秋节")])


def _next_free_weekday(day: date, off: dict[date, str]) -> date:
    while day.weekday() >= 5 or day in off:
        day += ONE_DAY
    return day
