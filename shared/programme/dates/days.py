"""Days of China as moments: a duty that may be done until a last day is late from the first moment after it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shared.contracts.core import CST, day_in_china

ONE_DAY = timedelta(days=1)


def first_moment_of(day: date) -> datetime:
    """Midnight, when a day begins in China."""
    return datetime.combine(day, time(), CST)


def first_moment_after(last_day: date) -> datetime:
    """Midnight after a last day: what may be done on that day is late from here on."""
    return first_moment_of(last_day + ONE_DAY)


def last_day_before(moment: datetime) -> date:
    """The last whole day in China before a moment; undoes ``first_moment_after``."""
    return day_in_china(moment) - ONE_DAY


__all__ = ["ONE_DAY", "first_moment_after", "first_moment_of", "last_day_before"]
