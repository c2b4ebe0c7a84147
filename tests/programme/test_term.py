"""Terms, yearly reports, and the time to rectify."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.core import Due
from shared.programme.dates.calendar import standard_calendar
from shared.programme.dates.term import (
    Term,
    add_months,
    assessment_opens,
    rectification_due,
    report_due,
    report_missed,
    report_years,
    term,
)
from shared.programme.policy import policy

POLICY = policy("2018-04-28.1")
calendar = standard_calendar()


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2018, 8, 31), date(2021, 8, 30)),
        (date(2019, 1, 15), date(2022, 1, 14)),
        (date(2019, 8, 20), date(2022, 8, 19)),
        (date(2019, 12, 26), date(2022, 12, 25)),
        (date(2020, 2, 28), date(2023, 2, 27)),
        (date(2020, 2, 29), date(2023, 2, 28)),
        (date(2020, 3, 1), date(2023, 2, 28)),
        (date(2021, 3, 1), date(2024, 2, 29)),
        (date(2021, 1, 1), date(2023, 12, 31)),
    ],
)
def test_the_last_day_is_the_day_before_the_third_anniversary(start: date, last: date) -> None:
    assert term(start, POLICY.term_years) == Term(first_day=start, last_day=last)


def test_a_leap_day_keeps_its_anniversary_in_a_leap_year() -> None:
    assert term(date(2020, 2, 29), 4).last_day == date(2024, 2, 28)


@given(st.dates(date(2018, 4, 28), date(2045, 1, 1)), st.integers(1, 10))
def test_cycles_follow_each_other_without_gap_or_overlap(start: date, years: int) -> None:
    first = term(start, years)
    second = first.next(years)
    assert second.first_day == first.last_day + timedelta(days=1)
    assert second.cycle == 2
    assert first.covers(first.first_day)
    assert first.covers(first.last_day)
    assert not first.covers(second.first_day)
    assert abs((first.last_day - first.first_day).days + 1 - years * 365.25) < 2


def test_a_term_has_a_year_at_least() -> None:
    with pytest.raises(ValueError, match="at least one year"):
        term(date(2020, 1, 1), 0)


@pytest.mark.parametrize(
    ("start", "years"),
    [
        (date(2018, 8, 31), (2019, 2020, 2021)),
        (date(2019, 1, 15), (2020, 2021)),
        (date(2019, 8, 20), (2020, 2021, 2022)),
        (date(2019, 12, 26), (2020, 2021, 2022)),
        (date(2019, 4, 1), (2020, 2021, 2022)),
    ],
)
def test_reports_fall_due_from_the_year_after_the_designation(start: date, years: tuple[int, ...]) -> None:
    assert report_years(term(start, 3), POLICY) == years


def test_a_title_that_is_kept_has_no_year_without_a_report() -> None:
    first = term(date(2019, 1, 15), 3)
    assert report_years(first.next(3), POLICY) == (2022, 2023, 2024)


@given(st.dates(date(2018, 4, 28), date(2040, 1, 1)))
def test_over_two_cycles_no_year_is_asked_twice_or_left_out(start: date) -> None:
    first = term(start, 3)
    years = report_years(first, POLICY) + report_years(first.next(3), POLICY)
    assert list(years) == list(range(years[0], years[-1] + 1))
    assert years[0] == start.year + 1


@pytest.mark.parametrize(
    ("year", "on", "provisional"),
    [
        (2019, date(2019, 4, 1), False),
        (2020, date(2020, 3, 31), False),
        (2024, date(2024, 4, 1), False),
        (2029, date(2029, 4, 2), True),
    ],
)
def test_a_report_is_due_on_31_march_rolled_to_a_working_day(year: int, on: date, provisional: bool) -> None:
    assert report_due(year, calendar, POLICY) == Due(on=on, provisional=provisional)


def test_a_report_three_months_overdue_counts_as_missed() -> None:
    assert report_missed(2020, calendar, POLICY).on == date(2020, 6, 30)
    assert report_missed(2022, calendar, POLICY).on == date(2022, 6, 30)
    assert date(2021, 6, 15) <= report_missed(2021, calendar, POLICY).on, "a report of mid-June is late, not missed"


def test_rectification_is_due_six_months_after_the_order() -> None:
    assert rectification_due(date(2022, 8, 22), 6, calendar).on == date(2023, 2, 22)
    assert rectification_due(date(2022, 12, 26), 6, calendar).on == date(2023, 6, 26)
    assert rectification_due(date(2022, 8, 31), 6, calendar).on == date(2023, 2, 28)
    assert rectification_due(date(2023, 4, 1), 6, calendar).on == date(2023, 10, 7), (
        "a make-up Saturday after the holiday"
    )


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 5, 5), 0, date(2024, 5, 5)),
        (date(2024, 5, 5), 24, date(2026, 5, 5)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


def test_the_assessment_opens_before_the_term_ends() -> None:
    assert assessment_opens(term(date(2018, 8, 31), 3), POLICY) == date(2021, 5, 30)
