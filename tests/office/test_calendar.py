"""The calendar: a notice of holidays is loaded once, corrected by naming what it corrects, and refused where it is
wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.office.calendar import CALENDARS, rules
from services.office.calendar.commands import AnnounceCalendar
from services.office.calendar.decide import WEEKDAYS
from shared.contracts.core import Actor, Role, Rule
from shared.contracts.office import CALENDAR, CalendarAnnounced
from shared.programme.dates.calendar import shipped_rows
from shared.programme.dates.provisional_holidays import statutory_days
from shared.programme.values.holidays import Holiday, WeekendWorked, digest
from tests.office.notices import announced_event, announcing, extra, holidays
from tests.office.people import CITY, CLERK
from tests.specification import actor, given

NEW_YEAR, SPRING, *OTHERS = holidays()
END_OF_TIME = date.max


def notice(*changed: Holiday) -> tuple[Holiday, ...]:
    """The notice with other first holidays."""
    return (*changed, *holidays()[len(changed) :])


def making_up(on: date, weekday: str) -> Holiday:
    """The Spring Festival with another day that makes up for it."""
    return replace(SPRING, worked=(WeekendWorked(on=on, weekday=weekday),))


def test_it_has_the_stream_that_every_process_reads() -> None:
    assert CALENDARS.stream("national") == CALENDAR


@pytest.mark.parametrize("who", [announcing().context.actor, actor("operator", Role.OPERATOR)])
def test_a_lead_or_an_operator_loads_a_notice_once(who: Actor) -> None:
    given(CALENDARS).when(announcing(who)).then(announced_event()).again().then()


@pytest.mark.parametrize("who", [CLERK, CITY])
def test_nobody_else_does(who: Actor) -> None:
    given(CALENDARS).when(announcing(who)).refused(rules.CALENDAR_IS_KEPT_BY)


def test_a_correction_names_the_days_that_it_corrects() -> None:
    known, other = announced_event(), (*holidays(), extra(date(2027, 3, 31), "周三"))
    history = given(CALENDARS, (known,))
    history.when(announcing(holidays=other)).refused(rules.CORRECTION_NAMES_WHAT_IT_CORRECTS, field="replaces")
    (corrected,) = history.when(announcing(holidays=other, replaces=known.sha256)).events
    assert isinstance(corrected, CalendarAnnounced)
    assert (corrected.replaces, corrected.sha256 != known.sha256) == (known.sha256, True)
    given(CALENDARS, (known, corrected)).when(announcing(replaces=corrected.sha256)).then_kinds(CalendarAnnounced)


def test_a_year_that_is_shipped_is_announced_already() -> None:
    known = getattr(given(CALENDARS).when(_of_2026()).outcome, "detail", "")
    assert known == digest(shipped_rows(2026))
    changed = announcing(on="2026-11-10", year=2018, holidays=_notice_of_2018())
    refusal = given(CALENDARS).when(changed).outcome
    assert getattr(refusal, "detail", "") == digest(shipped_rows(2018))
    given(CALENDARS).when(replace(changed, replaces=digest(shipped_rows(2018)))).then_kinds(CalendarAnnounced)


def _of_2026() -> AnnounceCalendar:
    """The days that the law makes holidays of 2026, and no others."""
    days = [
        Holiday(
            name=name,
            first=day,
            first_weekday=WEEKDAYS[day.weekday()],
            last=day,
            last_weekday=WEEKDAYS[day.weekday()],
            days=1,
        )
        for day, name in statutory_days(2026).items()
    ]
    return announcing(year=2026, holidays=tuple(days))


def test_a_notice_reaches_back_into_the_december_before_and_no_further() -> None:
    def beginning(first: date, weekday: str) -> Holiday:
        return replace(NEW_YEAR, first=first, first_weekday=weekday, days=(NEW_YEAR.last - first).days + 1)

    given(CALENDARS).when(announcing(holidays=notice(beginning(date(2026, 12, 1), "周二")))).then_kinds(
        CalendarAnnounced
    )
    for stranger in (
        extra(date(2026, 11, 30), "周一"),
        extra(date(2028, 12, 1), "周五"),
        extra(date(2028, 1, 1), "周六"),
    ):
        refused = given(CALENDARS).when(announcing(holidays=(*holidays(), stranger)))
        refused.refused(rules.DAY_IS_OF_THE_YEAR, field=f"holidays.{len(holidays())}.first")


def test_the_calendar_reaches_to_the_last_year_that_is_computed() -> None:
    given(CALENDARS).when(announcing(year=2050)).refused(rules.DAY_IS_OF_THE_YEAR, field="holidays.0.first")


def _notice_of_2018() -> tuple[Holiday, ...]:
    """The fixed days alone."""

    def holiday(name: str, first: date, weekday: str, last: date, last_weekday: str) -> Holiday:
        days = (last - first).days + 1
        return Holiday(name=name, first=first, first_weekday=weekday, last=last, last_weekday=last_weekday, days=days)

    return (
        holiday("元旦", date(2018, 1, 1), "周一", date(2018, 1, 1), "周一"),
        holiday("劳动节", date(2018, 5, 1), "周二", date(2018, 5, 1), "周二"),
        holiday("国庆节", date(2018, 10, 1), "周一", date(2018, 10, 7), "周日"),
    )


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"calendar": "lunar"}, rules.CALENDAR_EXISTS, ""),
        ({"year": 2017}, rules.YEAR_IS_OF_THE_CALENDAR, "year"),
        (
            {
                "holidays": notice(
                    replace(
                        NEW_YEAR, last=END_OF_TIME, last_weekday="周五", days=(END_OF_TIME - NEW_YEAR.first).days + 1
                    )
                )
            },
            rules.DAY_IS_OF_THE_YEAR,
            "holidays.0.first",
        ),
        ({"year": 2051}, rules.YEAR_IS_OF_THE_CALENDAR, "year"),
        ({"year": 0}, rules.YEAR_IS_OF_THE_CALENDAR, "year"),
        ({"year": 10**9}, rules.YEAR_IS_OF_THE_CALENDAR, "year"),
        ({"document_number": "国办发明电第9号"}, rules.NOTICE_IS_NUMBERED, "document_number"),
        ({"announced_on": date(2026, 11, 11)}, rules.ANNOUNCED_BY_NOW, "announced_on"),
        ({"holidays": ()}, rules.NOTICE_HAS_HOLIDAYS, "holidays"),
        (
            {"holidays": notice(replace(NEW_YEAR, first_weekday="周四"))},
            rules.WEEKDAY_IS_RIGHT,
            "holidays.0.first_weekday",
        ),
        (
            {"holidays": notice(replace(NEW_YEAR, last_weekday="星期日"))},
            rules.WEEKDAY_IS_RIGHT,
            "holidays.0.last_weekday",
        ),
        ({"holidays": notice(replace(NEW_YEAR, days=4))}, rules.DAYS_ARE_COUNTED, "holidays.0.days"),
        (
            {"holidays": notice(replace(NEW_YEAR, last=date(2026, 12, 31), last_weekday="周四"))},
            rules.HOLIDAY_IS_IN_ORDER,
            "holidays.0.last",
        ),
        ({"year": 2028}, rules.DAY_IS_OF_THE_YEAR, "holidays.0.first"),
        (
            {
                "holidays": notice(
                    NEW_YEAR, replace(SPRING, worked=(WeekendWorked(on=date(2027, 2, 1), weekday="周一"),))
                )
            },
            rules.WEEKENDS_ARE_MADE_UP,
            "holidays.1.worked.0.on",
        ),
        (
            {
                "holidays": notice(
                    NEW_YEAR, replace(SPRING, worked=(WeekendWorked(on=date(2027, 2, 20), weekday="周日"),))
                )
            },
            rules.WEEKDAY_IS_RIGHT,
            "holidays.1.worked.0.weekday",
        ),
        ({"holidays": (*holidays(), extra(date(2027, 10, 7), "周四"))}, rules.DAY_IS_NAMED_ONCE, "holidays.6"),
        ({"holidays": (NEW_YEAR, SPRING, *OTHERS[1:])}, rules.STATUTORY_DAYS_ARE_OFF, "holidays"),
    ],
)
def test_a_wrong_notice_is_refused_at_its_field(changed: dict[str, Any], rule: Rule, field: str) -> None:
    given(CALENDARS).when(announcing(**changed)).refused(rule, field=field)


def test_a_missing_day_is_named() -> None:
    refusal = given(CALENDARS).when(announcing(holidays=(NEW_YEAR, SPRING, *OTHERS[1:]))).outcome
    assert getattr(refusal, "detail", "") == "2027-04-05 清明节"
