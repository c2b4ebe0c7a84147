"""What a notice of holidays makes happen: it is recorded where it fits the weekdays, the law and itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from services.office.calendar import rules
from services.office.calendar.commands import AnnounceCalendar, CalendarCommand
from services.office.calendar.state import CalendarState
from shared.contracts.core import Outcome, Refusal, Role
from shared.contracts.office import CalendarAnnounced
from shared.contracts.refusing import first, unless
from shared.programme.dates.calendar import FIRST_YEAR
from shared.programme.dates.provisional_holidays import LAST_COMPUTED_YEAR, statutory_days
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError
from shared.programme.values.holidays import DayKind, Holiday, digest

NATIONAL = "national"
KEEPERS = (Role.PROVINCE_LEAD, Role.OPERATOR)
"""Who loads a notice."""
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def decide(state: CalendarState, command: CalendarCommand) -> Outcome:
    """The announcement of a year, or the rule that refuses it; nothing where the same days are known already."""
    refusal = first(
        unless(command.context.actor.has(*KEEPERS), rules.CALENDAR_IS_KEPT_BY),
        unless(command.calendar == NATIONAL, rules.CALENDAR_EXISTS),
        _unfit(command),
    ) or _unfit_days(command)
    if refusal:
        return refusal
    announced = _announced(command)
    known = state.known(command.year)
    if announced.sha256 == known:
        return ()
    return unless(command.replaces == known, rules.CORRECTION_NAMES_WHAT_IT_CORRECTS, known, field="replaces") or (
        announced,
    )


def _announced(command: AnnounceCalendar) -> CalendarAnnounced:
    rows = [row for holiday in command.holidays for row in holiday.rows]
    return CalendarAnnounced(
        year=command.year,
        document_number=str(DocumentNumber.parse(command.document_number)),
        announced_on=command.announced_on,
        holidays=command.holidays,
        sha256=digest(rows),
        replaces=command.replaces,
    )


def _unfit(command: AnnounceCalendar) -> Refusal | None:
    """Refuses a year that is not of the calendar, a number that is none, and a day that has not come."""
    years = f"{FIRST_YEAR}-{LAST_COMPUTED_YEAR}"
    return first(
        unless(FIRST_YEAR <= command.year <= LAST_COMPUTED_YEAR, rules.YEAR_IS_OF_THE_CALENDAR, years, field="year"),
        _no_number(command.document_number),
        unless(command.announced_on <= command.context.today, rules.ANNOUNCED_BY_NOW, field="announced_on"),
        unless(bool(command.holidays), rules.NOTICE_HAS_HOLIDAYS, field="holidays"),
    )


def _no_number(text: str) -> Refusal | None:
    try:
        DocumentNumber.parse(text)
    except DocumentNumberError as error:
        return Refusal(rules.NOTICE_IS_NUMBERED, error.message_en, "document_number", detail_zh=error.message_zh)
    return None


def _unfit_days(command: AnnounceCalendar) -> Refusal | None:
    """Refuses days that are not those of such a notice; the year is one of the calendar. They are looked at together
    once each holiday lies in its year: one of millennia would be spelled out day by day."""
    each = (_unfit_holiday(command.year, number, holiday) for number, holiday in enumerate(command.holidays))
    return first(*each) or first(*_twice(command), _incomplete(command))


def _unfit_holiday(year: int, number: int, holiday: Holiday) -> Refusal | None:
    at = f"holidays.{number}"
    days = (holiday.last - holiday.first).days + 1
    return first(
        unless(days >= 1, rules.HOLIDAY_IS_IN_ORDER, holiday.name, field=f"{at}.last"),
        _wrong_weekday(holiday.first, holiday.first_weekday, f"{at}.first_weekday"),
        _wrong_weekday(holiday.last, holiday.last_weekday, f"{at}.last_weekday"),
        unless(days == holiday.days, rules.DAYS_ARE_COUNTED, f"{holiday.name}: {days}", field=f"{at}.days"),
        *(_of_another_year(year, day, f"{at}.first") for day in (holiday.first, holiday.last)),
        *_wrongly_worked(year, at, holiday),
    )


def _wrongly_worked(year: int, at: str, holiday: Holiday) -> Iterator[Refusal | None]:
    for number, day in enumerate(holiday.worked):
        field = f"{at}.worked.{number}"
        yield _wrong_weekday(day.on, day.weekday, f"{field}.weekday")
        yield unless(day.on.weekday() >= _SATURDAY, rules.WEEKENDS_ARE_MADE_UP, day.on.isoformat(), field=f"{field}.on")
        yield _of_another_year(year, day.on, f"{field}.on")


_SATURDAY = WEEKDAYS.index("周六")


def _wrong_weekday(on: date, said: str, field: str) -> Refusal | None:
    right = WEEKDAYS[on.weekday()]
    return unless(said == right, rules.WEEKDAY_IS_RIGHT, f"{on.isoformat()} {right}", field=field)


def _of_another_year(year: int, on: date, field: str) -> Refusal | None:
    """A notice reaches back into the December before, for the days around the New Year."""
    own = on.year == year or (on.year, on.month) == (year - 1, 12)
    return unless(own, rules.DAY_IS_OF_THE_YEAR, on.isoformat(), field=field)


def _twice(command: AnnounceCalendar) -> Iterator[Refusal | None]:
    """Refuses a day that the notice names twice, off or worked."""
    named = Counter(row.on for holiday in command.holidays for row in holiday.rows)
    for number, holiday in enumerate(command.holidays):
        twice = [row.on.isoformat() for row in holiday.rows if named[row.on] > 1]
        yield unless(not twice, rules.DAY_IS_NAMED_ONCE, ", ".join(twice[:1]), field=f"holidays.{number}")


def _incomplete(command: AnnounceCalendar) -> Refusal | None:
    """Refuses a notice in which a day is worked that the law makes a holiday."""
    off = {row.on for each in command.holidays for row in each.rows if row.kind is DayKind.OFF}
    missing = [f"{day.isoformat()} {name}" for day, name in statutory_days(command.year).items() if day not in off]
    return unless(not missing, rules.STATUTORY_DAYS_ARE_OFF, "、".join(missing), field="holidays")


__all__ = ["KEEPERS", "decide"]
