"""Working days: the announced years, the computed ones, and the periods counted in them."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunardate import LunarDate

from shared.programme.dates.calendar import (
    CalendarDataError,
    DateOutsideCalendarError,
    read_rows,
    standard_calendar,
)
from shared.programme.dates.days import first_moment_after
from shared.programme.dates.provisional_holidays import lunar_festivals, provisional_days, qingming, statutory_days
from tests.programme import generate_calendar_data as generator

calendar = standard_calendar()
days = st.dates(date(2018, 6, 1), date(2049, 6, 30))

_IN_THE_SAMPLES = """
2018-06-11 2018-06-20 2018-06-25 2018-07-20 2018-08-08 2018-08-17 2018-08-20 2018-08-24 2018-08-31 2018-10-15
2018-10-26 2018-10-31 2018-12-05 2018-12-19 2018-12-25 2019-01-02 2019-01-08 2019-01-15 2019-03-20 2019-03-29
2019-05-13 2019-05-24 2019-05-29 2019-07-10 2019-07-24 2019-08-01 2019-08-05 2019-08-09 2019-08-20 2019-09-05
2019-09-17 2019-09-23 2019-10-12 2019-10-16 2019-11-20 2019-12-03 2019-12-10 2019-12-12 2019-12-18 2019-12-26
2020-03-25 2020-03-30 2020-04-13 2020-04-20 2020-06-30 2021-03-18 2021-03-30 2021-04-08 2021-06-15 2021-08-26
2021-09-10 2022-01-12 2022-01-17 2022-03-31 2022-07-01 2022-08-18 2022-08-22 2022-12-22 2022-12-26 2023-02-10
2023-02-22 2023-02-28 2023-03-03 2023-06-26 2023-06-27 2023-07-05 2023-07-07 2023-07-20 2023-07-21
"""
PROGRAMME_DATES = _IN_THE_SAMPLES.split()


def every_day(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=i) for i in range((date(last + 1, 1, 1) - start).days)]


def test_the_announced_years_agree_with_an_independent_calendar() -> None:
    wrong = [d for d in every_day(2018, 2026) if calendar.is_working_day(d) != chinese_calendar.is_workday(d)]
    assert wrong == []
    assert not any(calendar.is_provisional(year) for year in range(2018, 2027))


@pytest.mark.parametrize("year", generator.ANNOUNCED)
def test_the_committed_holidays_are_what_the_generator_writes(year: int) -> None:
    committed = (generator.DATA / "holidays" / f"{year}.csv").read_text(encoding="utf-8")
    assert committed == generator.holidays_csv(year)


def test_the_committed_lunar_festivals_are_what_the_generator_writes() -> None:
    assert (generator.DATA / "lunar_festivals.csv").read_text(encoding="utf-8") == generator.lunar_csv()


def lunar_month_and_day(on: date) -> tuple[int, int, bool]:
    lunar = LunarDate.from_solar_date(on.year, on.month, on.day)
    return lunar.month, lunar.day, lunar.is_leap_month


def test_the_lunar_festivals_lead_back_to_their_lunar_dates() -> None:
    for festivals in lunar_festivals().values():
        assert lunar_month_and_day(festivals.spring_festival) == (1, 1, False)
        assert lunar_month_and_day(festivals.dragon_boat) == (5, 5, False)
        assert lunar_month_and_day(festivals.mid_autumn) == (8, 15, False)


@pytest.mark.parametrize("text", PROGRAMME_DATES)
def test_the_dates_of_the_sample_cases_are_working_days(text: str) -> None:
    assert calendar.is_working_day(date.fromisoformat(text))


def test_a_make_up_saturday_is_worked_and_a_holiday_friday_is_not() -> None:
    assert date(2019, 10, 12).weekday() == 5
    assert calendar.is_working_day(date(2019, 10, 12))
    assert calendar.day_name(date(2019, 10, 12)) == "国庆节"
    assert not calendar.is_working_day(date(2019, 9, 13))
    assert calendar.day_name(date(2019, 9, 16)) is None


def test_a_report_of_20_april_2020_is_13_working_days_late() -> None:
    assert calendar.working_days_between(date(2020, 3, 31), date(2020, 4, 20)) == 13


def test_no_working_day_lies_between_a_day_and_itself() -> None:
    assert calendar.working_days_between(date(2020, 3, 31), date(2020, 3, 31)) == 0


def test_the_day_after_the_start_is_day_one() -> None:
    assert calendar.add_working_days(date(2019, 9, 23), 1).on == date(2019, 9, 24)
    assert calendar.add_working_days(date(2019, 9, 23), 5).on == date(2019, 9, 29), "a make-up Sunday counts"
    assert calendar.add_working_days(date(2019, 9, 23), 20).on == date(2019, 10, 24)


def test_a_publicity_period_counts_its_first_day() -> None:
    assert calendar.period_from(date(2018, 8, 20), 1).on == date(2018, 8, 20)
    assert calendar.period_from(date(2018, 8, 20), 2).on == date(2018, 8, 21)
    assert calendar.period_from(date(2018, 8, 20), 5).on == date(2018, 8, 24)
    assert calendar.period_from(date(2019, 1, 2), 5).on == date(2019, 1, 8)
    assert calendar.period_from(date(2019, 8, 5), 5).on == date(2019, 8, 9)
    assert calendar.period_from(date(2019, 12, 12), 5).on == date(2019, 12, 18)


def test_a_period_that_opens_on_a_holiday_opens_on_the_next_working_day() -> None:
    assert calendar.period_from(date(2019, 10, 1), 1).on == date(2019, 10, 8)
    with pytest.raises(ValueError, match="at least one"):
        calendar.period_from(date(2019, 10, 8), 0)


def test_a_deadline_ends_when_its_day_ends_in_shanghai() -> None:
    assert first_moment_after(date(2023, 2, 22)) == datetime(2023, 2, 22, 16, tzinfo=UTC)


def test_counting_zero_rolls_forward() -> None:
    assert calendar.add_working_days(date(2024, 3, 31), 0).on == date(2024, 4, 1)
    assert calendar.roll_forward(date(2023, 3, 31)).on == date(2023, 3, 31)


def test_counting_back_skips_holidays() -> None:
    assert calendar.add_working_days(date(2019, 10, 8), -1).on == date(2019, 9, 30)


@given(days, st.integers(1, 60))
def test_adding_then_counting_gives_the_number_back(start: date, n: int) -> None:
    end = calendar.add_working_days(start, n).on
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == n
    assert calendar.working_days_between(end, start) == -n


@given(days, st.integers(1, 30))
def test_counting_back_from_a_working_day_undoes_counting_on(start: date, n: int) -> None:
    first = calendar.roll_forward(start).on
    assert calendar.add_working_days(calendar.add_working_days(first, n).on, -n).on == first


@given(days)
def test_rolling_forward_skips_no_working_day(on: date) -> None:
    rolled = calendar.roll_forward(on).on
    between = [on + timedelta(days=i) for i in range((rolled - on).days)]
    assert not any(map(calendar.is_working_day, between))


@pytest.mark.parametrize("on", [date(2017, 12, 31), date(2051, 1, 1)])
def test_a_date_outside_the_calendar_is_a_typed_error(on: date) -> None:
    with pytest.raises(DateOutsideCalendarError) as caught:
        calendar.is_working_day(on)
    assert caught.value.on == on


def test_a_year_outside_the_calendar_is_told_by_its_first_day() -> None:
    with pytest.raises(DateOutsideCalendarError) as caught:
        calendar.is_provisional(2051)
    assert caught.value.on == date(2051, 1, 1)


def test_a_deadline_that_reaches_a_year_not_announced_is_provisional() -> None:
    assert not calendar.add_working_days(date(2026, 12, 1), 20).provisional
    assert calendar.add_working_days(date(2026, 12, 21), 20).provisional
    assert calendar.add_working_days(date(2027, 1, 4), -5).provisional
    assert calendar.is_provisional(2027)


def test_a_period_that_begins_in_a_year_not_announced_is_provisional() -> None:
    """Though the year after it is announced already."""
    announced = calendar.load_year(2028, read_rows("date,kind,name\n2028-01-03,off,元旦\n"))
    assert announced.add_working_days(date(2027, 12, 28), 5).provisional
    assert announced.add_working_days(date(2028, 1, 10), -8).provisional
    assert not announced.add_working_days(date(2028, 1, 4), 5).provisional


COMPUTED = range(2027, 2051)


@pytest.mark.parametrize("year", COMPUTED)
def test_a_computed_year_gives_back_every_day_off_beyond_the_thirteen(year: int) -> None:
    off, worked = provisional_days(year)
    assert sum(day.weekday() < 5 for day in off) - len(worked) == 13
    assert all(day.weekday() >= 5 for day in worked)
    assert not off.keys() & worked.keys()
    assert all(each.year == year for each in (*off, *worked))


@pytest.mark.parametrize(("year", "off_too", "worked_else"), [(2025, set(), set()), (2026, {date(2026, 2, 15)}, set())])
def test_the_computation_gives_the_years_that_were_announced_under_the_same_rules(
    year: int, off_too: set[date], worked_else: set[date]
) -> None:
    """But for the Sunday before the Spring Festival of 2026, which the notice made a ninth day off."""
    rows = read_rows((generator.DATA / "holidays" / f"{year}.csv").read_text(encoding="utf-8"))
    off, worked = provisional_days(year)
    assert {row.on for row in rows if row.kind == "off"} == off.keys() | off_too
    assert {row.on for row in rows if row.kind == "work"} == worked.keys()


def off_in(year: int) -> dict[str, list[str]]:
    """The first and last day off of each holiday of a computed year, as month-day."""
    named: dict[str, list[str]] = {}
    for day, name in provisional_days(year)[0].items():
        named.setdefault(name, []).append(f"{day:%m-%d}")
    return {name: [days[0], days[-1]] for name, days in named.items()}


def test_holidays_are_as_long_as_those_of_recent_years() -> None:
    assert off_in(2027) == {
        "元旦": ["01-01", "01-03"],
        "春节": ["02-05", "02-12"],
        "清明节": ["04-03", "04-05"],
        "劳动节": ["05-01", "05-05"],
        "端午节": ["06-09", "06-09"],
        "中秋节": ["09-15", "09-15"],
        "国庆节": ["10-01", "10-07"],
    }
    assert [f"{day:%m-%d}" for day in provisional_days(2027)[1]] == ["01-31", "02-14", "05-08", "09-26", "10-09"]
    for year in COMPUTED:
        off, _ = provisional_days(year)
        names = list(off.values())
        assert names.count("春节") == 8
        assert names.count("国庆节") in {7, 8}
        assert names.count("劳动节") == 5


def test_mid_autumn_joins_national_day_where_it_falls_among_or_beside_it() -> None:
    assert off_in(2028)["国庆节"] == ["10-01", "10-08"], "Mid-Autumn is 3 October"
    assert off_in(2050)["国庆节"] == ["09-30", "10-07"], "Mid-Autumn is 30 September"
    assert off_in(2042)["中秋节"] == ["09-27", "09-29"], "28 September is too early"


def test_a_new_year_on_a_tuesday_takes_days_of_the_year_before() -> None:
    off, worked = provisional_days(2029)
    assert [day for day in off if day.month == 12] == [date(2029, 12, 30), date(2029, 12, 31)]
    assert date(2029, 12, 29) in worked
    assert off_in(2030)["元旦"] == ["01-01", "01-01"]
    assert not calendar.is_working_day(date(2029, 12, 31))
    assert calendar.is_working_day(date(2029, 12, 29))


def test_labour_day_begins_on_the_weekend_before_where_none_follows_at_once() -> None:
    assert off_in(2028)["劳动节"] == ["04-29", "05-03"], "1 May is a Monday"
    assert off_in(2029)["劳动节"] == ["04-28", "05-02"], "1 May is a Tuesday"
    assert off_in(2030)["劳动节"] == ["05-01", "05-05"], "1 May is a Wednesday"


@pytest.mark.parametrize(("year", "day"), [(2018, 5), (2020, 4), (2024, 4), (2026, 5)])
def test_the_qingming_formula_gives_the_days_that_were_announced(year: int, day: int) -> None:
    assert qingming(year) == date(year, 4, day)
    assert calendar.day_name(qingming(year)) == "清明节"


NOTICE_2027 = """date,kind,name
2026-12-27,work,元旦
2027-01-01,off,元旦
2027-01-04,off,元旦
2027-02-08,off,春节
2027-02-20,work,春节
"""


def test_loading_the_notice_of_a_year_settles_its_deadlines() -> None:
    before = calendar.add_working_days(date(2026, 12, 30), 3)
    loaded = calendar.load_year(2027, read_rows(NOTICE_2027))
    after = loaded.add_working_days(date(2026, 12, 30), 3)

    assert (before.on, before.provisional) == (date(2027, 1, 5), True)
    assert (after.on, after.provisional) == (date(2027, 1, 6), False)
    assert loaded.is_working_day(date(2026, 12, 27)), "a notice may reach back into December"
    assert loaded.day_name(date(2026, 10, 1)) == "国庆节"
    assert calendar.is_provisional(2027), "the calendar it was loaded into is unchanged"


def test_a_day_off_has_the_name_that_the_notice_gives_it_or_none() -> None:
    loaded = calendar.load_year(2027, read_rows("date,kind,name\n2027-01-01,off,元旦\n2027-02-08,off\n"))
    assert loaded.day_name(date(2027, 1, 1)) == "元旦"
    assert not loaded.day_name(date(2027, 2, 8))
    assert not loaded.is_working_day(date(2027, 2, 8))


def test_loading_the_same_notice_again_changes_nothing() -> None:
    rows = read_rows(NOTICE_2027)
    once = calendar.load_year(2027, rows)
    twice = once.load_year(2027, rows)
    assert [once.is_working_day(d) for d in every_day(2026, 2027)] == [
        twice.is_working_day(d) for d in every_day(2026, 2027)
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,kind,name\n2027-01-01,off,元旦\n2027-01-01,work,元旦\n", "twice"),
        ("date,kind,name\n2028-01-03,off,元旦\n", "does not belong"),
        ("date,kind,name\n2026-11-30,off,元旦\n", "does not belong"),
        ("date,kind,name\n2027-01-04,work,元旦\n", "weekday"),
        ("date,kind,name\n2026-12-27,work,元旦\n", "no day off"),
        ("date,kind,name\n2027-02-20,work,春节\n", "no day off"),
        ("date,kind,name\n", "no day off"),
        ("date,kind,name\n2027-02-30,off,春节\n", "line 2"),
        ("date,kind,name\n2027-01-01,holiday,元旦\n", "line 2"),
        ("when,what\n2027-01-01,off\n", "line 2"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(text: str, says: str) -> None:
    with pytest.raises(CalendarDataError, match=says):
        calendar.load_year(2027, read_rows(text))


def test_the_notice_of_the_programmes_first_year_can_be_loaded() -> None:
    first_year = calendar.load_year(2018, read_rows("date,kind,name\n2018-01-01,off,元旦\n"))
    assert first_year.day_name(date(2018, 10, 1)) is None


def test_a_notice_before_the_programme_is_refused() -> None:
    with pytest.raises(DateOutsideCalendarError) as caught:
        calendar.load_year(2017, [])
    assert caught.value.on == date(2017, 1, 1)


def test_the_regulation_names_thirteen_days_and_before_its_revision_those_of_a_fixed_date() -> None:
    fixed = ["01-01 元旦", "05-01 劳动节", "10-01 国庆节", "10-02 国庆节", "10-03 国庆节"]
    lunar = ["02-05 春节", "02-06 春节", "02-07 春节", "02-08 春节", "04-05 清明节", "06-09 端午节", "09-15 中秋节"]
    assert [f"{day:%m-%d} {name}" for day, name in statutory_days(2027).items()] == sorted(
        [*fixed, *lunar, "05-02 劳动节"]
    )
    assert [f"{day:%m-%d} {name}" for day, name in statutory_days(2018).items()] == fixed


def test_the_last_computed_year_ends_without_the_next() -> None:
    assert not [day for day in provisional_days(2050)[0] if day.month == 12]
