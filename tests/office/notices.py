"""A notice of holidays that is made up, and what becomes of the calendar by it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from services.office.calendar.commands import AnnounceCalendar
from shared.contracts.core import Actor
from shared.contracts.office import CalendarAnnounced
from shared.programme.dates import announced
from shared.programme.values.holidays import Holiday, HolidayNotice, WeekendWorked, digest
from tests.office.people import LEAD
from tests.specification import context

FILE: Final = Path(__file__).parent / "notice-2027.toml"
NUMBER: Final = "国办发明电〔2026〕9号"
ON: Final = "2026-11-10"


def holidays() -> tuple[Holiday, ...]:
    """Those of the notice."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))["holidays"]
    return tuple(
        Holiday(**each | {"worked": tuple(WeekendWorked(**day) for day in each.get("worked", ()))}) for each in told
    )


def extra(on: date, weekday: str) -> Holiday:
    """A day off that a correction adds."""
    return Holiday(name="临时放假", first=on, first_weekday=weekday, last=on, last_weekday=weekday, days=1)


def announcing(who: Actor = LEAD, on: str = ON, **changed: Any) -> AnnounceCalendar:
    """Somebody loads the notice, unless something is changed."""
    facts: dict[str, Any] = {
        "calendar": "national",
        "year": 2027,
        "document_number": NUMBER,
        "announced_on": date(2026, 11, 4),
        "holidays": holidays(),
    }
    return AnnounceCalendar(context=context(who, on), **facts | changed)


def announcement(*more: Holiday, number: str = NUMBER) -> HolidayNotice:
    """What the notice makes of the calendar, with more days off."""
    rows = tuple(row for each in (*holidays(), *more) for row in each.rows)
    return HolidayNotice(year=2027, document_number=number, rows=rows)


def announced_event(*more: Holiday, replaces: str = "") -> CalendarAnnounced:
    """The event of the notice, with more days off."""
    return CalendarAnnounced(
        year=2027,
        document_number=NUMBER,
        announced_on=date(2026, 11, 4),
        holidays=(*holidays(), *more),
        sha256=digest(announcement(*more).rows),
        replaces=replaces,
    )


@contextmanager
def knowing(*announcements: HolidayNotice) -> Iterator[str]:
    """This process knows these announcements meanwhile; gives the name of their calendar."""
    announced.take(announcements)
    try:
        yield announced.latest()
    finally:
        announced.take(())
