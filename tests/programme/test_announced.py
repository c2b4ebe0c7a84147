"""The announced calendar: its name follows from its announcements, the last of a year holds, and days move by it."""

from __future__ import annotations

from datetime import date

import pytest

from shared.contracts.core import Due
from shared.programme.dates.announced import (
    SHIPPED,
    announced_calendar,
    calendar,
    current_calendar,
    latest,
    moved,
)
from shared.programme.dates.calendar import standard_calendar
from tests.office.notices import announcement, extra, knowing

EXTRA = extra(date(2027, 3, 31), "周三")


def test_without_announcements_it_is_the_calendar_that_is_shipped() -> None:
    made = announced_calendar(())
    assert (made.name, made.last, made.corrected) == (SHIPPED, None, frozenset())
    assert calendar(SHIPPED).is_provisional(2027)


def test_an_announced_year_is_no_longer_provisional() -> None:
    made = announced_calendar([announcement()])
    assert not made.calendar.is_provisional(2027)
    assert made.calendar.is_provisional(2028)
    assert standard_calendar().is_provisional(2027)
    assert (made.calendar.is_working_day(date(2027, 2, 14)), standard_calendar().is_working_day(date(2027, 2, 14))) == (
        False,
        True,
    )


def test_of_several_for_a_year_the_last_holds_and_the_year_is_corrected() -> None:
    made = announced_calendar([announcement(), announcement(EXTRA)])
    assert not made.calendar.is_working_day(date(2027, 3, 31))
    assert made.corrected == {2027}
    again = announced_calendar([announcement(), announcement(EXTRA), announcement()])
    assert again.calendar.is_working_day(date(2027, 3, 31))


def test_a_notice_that_reaches_back_corrects_the_december_before() -> None:
    reaching_back = announcement(extra(date(2026, 12, 31), "周四"))
    assert announced_calendar([reaching_back]).corrected == {2026}


def test_the_same_announcements_have_the_same_name_and_others_another() -> None:
    first, second = announcement(), announcement(EXTRA)
    names = {announced_calendar(each).name for each in ([], [first], [second], [first, second], [second, first])}
    assert len(names) == 5
    assert announced_calendar([first]).name == announced_calendar([announcement(number="国办发明电〔2026〕1号")]).name


def test_a_process_knows_what_it_took_over() -> None:
    with knowing(announcement()) as name:
        assert latest() == name
        assert not current_calendar().is_provisional(2027)
    assert latest() == SHIPPED
    assert not calendar(name).is_provisional(2027), "what was decided by it can be decided again"
    with pytest.raises(LookupError):
        calendar("of another log")


@pytest.mark.parametrize(
    ("was", "counted", "now"),
    [
        (Due(date(2027, 3, 31), True), Due(date(2027, 4, 1)), Due(date(2027, 4, 1))),
        (Due(date(2027, 3, 31), True), Due(date(2027, 3, 31)), Due(date(2027, 3, 31))),
        (Due(date(2027, 3, 31)), Due(date(2027, 3, 31)), None),
        (Due(date(2027, 3, 31), True), Due(date(2027, 3, 30)), Due(date(2027, 3, 30))),
        (Due(date(2027, 3, 30), True), Due(date(2027, 4, 1)), Due(date(2027, 4, 1))),
        (Due(date(2027, 3, 31), True), Due(date(2027, 3, 29)), Due(date(2027, 3, 31))),
        (Due(date(2027, 3, 29), True), Due(date(2027, 4, 1)), None),
    ],
    ids=["it moves", "it is settled", "it stays", "it ends today", "it ended today", "it would be over", "it is over"],
)
def test_a_running_day_moves_and_none_into_the_past(was: Due, counted: Due, now: Due | None) -> None:
    assert moved(was, counted, date(2027, 3, 30)) == now
