"""The designation: three years from the approval, and the reports that are owed in them (四（五）, 五（三）)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.lifecycle import rules
from services.lifecycle.district import commands, decider
from shared.contracts.lifecycle import DistrictDesignated
from tests.lifecycle.situations import CASE, PROVINCE, after, at, designate, open_assessment
from tests.specification import given


def designated(on: str) -> DistrictDesignated:
    (event,) = given(decider).when(designate(on)).events
    assert isinstance(event, DistrictDesignated)
    return event


@pytest.mark.parametrize(
    ("approved", "last_day", "due"),
    [
        ("2018-08-31", "2021-08-30", ["2019-04-01", "2020-03-31", "2021-03-31"]),
        ("2019-01-15", "2022-01-14", ["2020-03-31", "2021-03-31"]),
        ("2019-08-20", "2022-08-19", ["2020-03-31", "2021-03-31", "2022-03-31"]),
        ("2019-12-26", "2022-12-25", ["2020-03-31", "2021-03-31", "2022-03-31"]),
        ("2020-02-29", "2023-02-28", ["2021-03-31", "2022-03-31"]),
        ("2024-02-29", "2027-02-28", ["2025-03-31", "2026-03-31"]),
    ],
)
def test_the_term_ends_the_day_before_the_third_anniversary(approved: str, last_day: str, due: list[str]) -> None:
    event = designated(approved)
    assert (event.first_day.isoformat(), event.last_day.isoformat()) == (approved, last_day)
    assert [report.due.on.isoformat() for report in event.reports] == due
    assert [report.year for report in event.reports] == [int(day[:4]) for day in due]
    assert event.cycle == 1


def test_a_report_due_in_a_year_without_a_notice_is_provisional() -> None:
    reports = designated("2025-06-03").reports
    assert [(report.year, report.due.provisional) for report in reports] == [(2026, False), (2027, True), (2028, True)]


def test_an_approval_designates_once() -> None:
    given(decider).when(designate("2019-08-20")).then_kinds(DistrictDesignated).again().then()


def test_another_approval_of_the_same_case_is_refused() -> None:
    after(designate("2019-08-20")).when(designate("2020-08-20")).refused(rules.DESIGNATED_ONCE)


def test_no_person_designates() -> None:
    by_hand = replace(designate("2019-08-20"), context=at(PROVINCE, "2019-08-20"))
    given(decider).when(by_hand).refused(rules.ONLY_THE_SYSTEM)


def test_what_was_not_designated_does_not_exist() -> None:
    given(decider).when(open_assessment("2022-08-19", PROVINCE)).refused(rules.DISTRICT_EXISTS)
    overdue = commands.DeclareAssessmentOverdue(context=at(PROVINCE, "2022-08-20"), case_id=CASE, cycle=1)
    given(decider).when(overdue).refused(rules.DISTRICT_EXISTS)


def test_streams_are_named_after_the_case() -> None:
    assert decider.stream(CASE) == f"lifecycle/district/{CASE}"
    assert designated("2019-08-20").designated_on == date(2019, 8, 20)
