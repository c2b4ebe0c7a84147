"""Dates and moments as people type them, and what time it is in a system."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar

from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, connected
from shared.contracts.core import CST
from shared.programme.dates.announced import current_calendar
from shared.programme.dates.calendar import DateOutsideCalendarError

Day = TypeVar("Day", bound=date)
MORNING = time(9)
"""What time of a day is meant where a clock is set and only the day is given."""


class Times(StrEnum):
    """Which of a fact's two times a day is of; the same words as ``shared.projections.rebuilding.rebuild.TimeAxis``."""

    EFFECTIVE = "effective"
    """When it took legal effect."""
    RECORDED = "recorded"
    """When the log recorded it."""


_DAY = len("2026-03-31")
_YEARS = range(1900, 3000)
"""What is further away is mistyped, and may be no moment at all in another time zone."""


def read_day(text: str) -> date:
    """A date; raises ``Unable``."""
    try:
        if len(text) != _DAY:
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise Unable(f"{text!r} is no date.", "Write it as 2026-03-31.") from None
    return _near(day)


def read_moment(text: str) -> datetime:
    """A day (its morning) or a moment, in China unless it says otherwise; raises ``Unable``."""
    if len(text) <= _DAY:
        return datetime.combine(read_day(text), MORNING, CST)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unable(f"{text!r} is no date.", "Write it as 2026-03-31 or 2026-03-31T17:30.") from None
    return _near(moment if moment.tzinfo else moment.replace(tzinfo=CST))


def _near(day: Day) -> Day:
    if day.year not in _YEARS:
        raise Unable(f"The year {day.year} is too far away.", "Write the date as 2026-03-31.")
    return day


def about(day: date) -> str:
    """What kind of day it is: worked or not, a holiday, announced or computed."""
    try:
        calendar = current_calendar()
        kind = "a working day" if calendar.is_working_day(day) else "not a working day"
        holiday = calendar.day_name(day)
        provisional = " (provisional)" if calendar.is_provisional(day.year) else ""
    except DateOutsideCalendarError:
        return f"{day:%A}"
    return f"{day:%A}, {kind}{f', {holiday}' if holiday else ''}{provisional}"


async def system_now(system: System) -> datetime:
    """What time it is in the system: the driven clock's where it has one that was set."""
    if system.clock != "driven":
        return datetime.now(UTC)
    async with connected(system.operator_url) as connection:
        at = await connection.fetchval("select at from clock.driven")
    return at if isinstance(at, datetime) else datetime.now(UTC)


__all__ = ["MORNING", "Times", "about", "read_day", "read_moment", "system_now"]
