"""Rectification: ordered, extended once, reported or lapsed, assessed again (四（六）2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.lifecycle import rules
from services.lifecycle.district.commands import DistrictCommand
from shared.contracts.core import Actor, Due
from shared.contracts.lifecycle import (
    DistrictReassessed,
    RectificationExtended,
    RectificationLapsed,
    RectificationOrdered,
    RectificationReportFiled,
    TitleRetained,
)
from shared.programme.dates.chronology import TAKES_EFFECT_WHEN_TOLD, untimely
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    OTHER_COUNTY,
    PROVINCE,
    TURNCOAT,
    UNIT,
    after,
    conclude,
    designate,
    document,
    extend,
    lapse,
    order,
    reassess,
    rectified,
    retain,
)

UNQUALIFIED = (designate("2019-08-20"), conclude("50", "50", "2022-08-18"))
ORDERED = (*UNQUALIFIED, order("2022-08-22"))
REPORTED = (*ORDERED, rectified("2023-02-10"))
LAPSED = (*ORDERED, lapse("2023-02-22", "2023-02-23"))


def test_the_usual_time_is_six_months() -> None:
    after(*UNQUALIFIED).when(order("2022-08-22")).then(
        RectificationOrdered(
            case_id=CASE,
            ordered_on=date(2022, 8, 22),
            months=6,
            due=Due(on=date(2023, 2, 22)),
            requirements="补齐服务链条",
        )
    ).again().then()


@pytest.mark.parametrize(
    ("months", "due"), [(3, "2022-11-22"), (4, "2022-12-22"), (5, "2023-01-28"), (12, "2023-08-22")]
)
def test_another_time_may_be_set_and_ends_on_a_working_day(months: int, due: str) -> None:
    (event,) = after(*UNQUALIFIED).when(order("2022-08-22", months)).events
    assert isinstance(event, RectificationOrdered)
    assert event.due.on.isoformat() == due


@pytest.mark.parametrize("months", [2, 13, 0, -6, 10**6])
def test_not_below_three_nor_above_twelve_months(months: int) -> None:
    after(*UNQUALIFIED).when(order("2022-08-22", months)).refused(rules.MONTHS_ALLOWED, field="months")


def test_only_an_unqualified_district_is_ordered_to_rectify() -> None:
    qualified = (designate("2019-08-20"), conclude("80", "80", "2022-08-18"))
    after(*qualified).when(order("2022-08-22")).refused(rules.UNQUALIFIED_FIRST)
    after(designate("2019-08-20")).when(order("2022-08-22")).refused(rules.UNQUALIFIED_FIRST)
    after(*ORDERED).when(order("2022-08-23", 5)).refused(rules.UNQUALIFIED_FIRST)


def test_an_order_says_what_is_required_and_is_not_dated_back() -> None:
    command = order("2022-08-22")
    after(*UNQUALIFIED).when(replace(command, requirements=" ")).refused(rules.TEXT_GIVEN, field="requirements")
    earlier = replace(command, context=replace(command.context, effective_on=date(2022, 8, 19)))
    refusal = untimely("lifecycle.OrderRectification", earlier, ())
    assert refusal is not None
    assert refusal.rule is TAKES_EFFECT_WHEN_TOLD


def test_extended_once_from_the_old_due_day() -> None:
    after(*ORDERED).when(extend(3, "2023-02-20")).then(
        RectificationExtended(case_id=CASE, due=Due(on=date(2023, 5, 22)), months=3, reason="机构引进未完成")
    ).again().then()
    after(*ORDERED, extend(3, "2023-02-20")).when(extend(1, "2023-05-20")).refused(rules.EXTENDED_ONCE)


@pytest.mark.parametrize("months", [0, 7, -1])
def test_an_extension_has_limits(months: int) -> None:
    after(*ORDERED).when(extend(months, "2023-02-20")).refused(rules.MONTHS_ALLOWED, field="months")


@pytest.mark.parametrize("months", [1, 6])
def test_an_extension_may_have_as_many_months_as_the_policy_allows(months: int) -> None:
    after(*ORDERED).when(extend(months, "2023-02-20")).then_kinds(RectificationExtended)


def test_only_a_running_time_is_extended() -> None:
    after(*UNQUALIFIED).when(extend(3, "2022-08-22")).refused(rules.RECTIFYING)
    after(*REPORTED).when(extend(3, "2023-02-20")).refused(rules.RECTIFYING)
    after(*LAPSED).when(extend(3, "2023-02-23")).refused(rules.RECTIFYING)
    after(*ORDERED).when(extend(3, "2023-02-23")).refused(rules.RECTIFYING)
    after(*ORDERED).when(extend(3, "2023-02-20", reason="")).refused(rules.TEXT_GIVEN, field="reason")


def test_the_county_reports_that_it_rectified() -> None:
    after(*ORDERED).when(rectified("2023-02-22")).then(
        RectificationReportFiled(
            case_id=CASE,
            filed_on=date(2023, 2, 22),
            text="已完成整改",
            documents=(document("整改报告"),),
            filed_by=COUNTY.subject,
        )
    ).again().then()
    after(*REPORTED).when(rectified("2023-02-11", text="又一份")).refused(rules.RECTIFYING)
    after(*ORDERED).when(rectified("2023-02-11", text="")).refused(rules.TEXT_GIVEN, field="text")


def test_not_after_its_time_and_not_without_an_order() -> None:
    after(*ORDERED).when(rectified("2023-02-23")).refused(rules.RECTIFYING)
    after(*LAPSED).when(rectified("2023-02-23")).refused(rules.RECTIFYING)
    after(*UNQUALIFIED).when(rectified("2022-08-19")).refused(rules.RECTIFYING)
    after(*ORDERED, extend(3, "2023-02-20")).when(rectified("2023-05-22")).then_kinds(RectificationReportFiled)


@pytest.mark.parametrize("who", [OTHER_COUNTY, UNIT, CITY, PROVINCE])
def test_nobody_else_reports_it(who: Actor) -> None:
    after(*ORDERED).when(rectified("2023-02-10", who=who)).refused(rules.OWN_COUNTY)


def test_unreported_it_lapses_on_the_day_after() -> None:
    after(*ORDERED).when(lapse("2023-02-22", "2023-02-22")).then()
    after(*ORDERED).when(lapse("2023-02-22", "2023-02-23")).then(
        RectificationLapsed(case_id=CASE, due=Due(on=date(2023, 2, 22)))
    ).again().then()
    after(*REPORTED).when(lapse("2023-02-22", "2023-02-23")).then()
    after(*UNQUALIFIED).when(lapse("2023-02-22", "2023-02-23")).then()


def test_a_deadline_that_was_put_off_no_longer_fires() -> None:
    extended = (*ORDERED, extend(3, "2023-02-20"))
    after(*extended).when(lapse("2023-02-22", "2023-02-23")).then()
    after(*extended).when(lapse("2023-05-22", "2023-05-23")).then_kinds(RectificationLapsed)


@pytest.mark.parametrize("before", [REPORTED, LAPSED])
def test_reassessed_after_the_report_or_the_lapse(before: tuple[DistrictCommand, ...]) -> None:
    after(*before).when(reassess("60", "2023-02-28")).then(
        DistrictReassessed(
            case_id=CASE,
            thinking=Decimal(60),
            practice=Decimal(60),
            score=Decimal("60.00"),
            passed=True,
            reasons="对照整改要求",
            assessed_by="officer",
        )
    ).again().then()


def test_below_sixty_it_is_failed_again() -> None:
    (event,) = after(*LAPSED).when(reassess("59.99", "2023-02-28")).events
    assert isinstance(event, DistrictReassessed)
    assert not event.passed


def test_not_reassessed_while_the_time_runs() -> None:
    after(*ORDERED).when(reassess("60", "2023-02-22")).refused(rules.REASSESSED_AFTER)
    after(*ORDERED).when(reassess("60", "2023-02-23")).then_kinds(RectificationLapsed, DistrictReassessed)
    after(*UNQUALIFIED).when(reassess("60", "2022-08-19")).refused(rules.REASSESSED_AFTER)
    after(*REPORTED, reassess("60", "2023-02-28")).when(reassess("61", "2023-02-28")).refused(rules.REASSESSED_AFTER)


def test_points_and_reasons_of_a_reassessment() -> None:
    after(*REPORTED).when(reassess("101", "2023-02-28")).refused(rules.POINTS_IN_RANGE, field="thinking")
    after(*REPORTED).when(replace(reassess("60", "2023-02-28"), reasons="")).refused(rules.TEXT_GIVEN, field="reasons")


@pytest.mark.parametrize("who", [COUNTY, UNIT, CITY])
def test_only_the_province_orders_extends_and_reassesses(who: Actor) -> None:
    after(*UNQUALIFIED).when(order("2022-08-22", who=who)).refused(rules.PROVINCE_ONLY)
    after(*ORDERED).when(extend(3, "2022-08-22", who=who)).refused(rules.PROVINCE_ONLY)
    after(*REPORTED).when(reassess("60", "2023-02-28", who)).refused(rules.PROVINCE_ONLY)


def test_nobody_reassesses_what_they_filed() -> None:
    after(*REPORTED).when(reassess("60", "2023-02-28", TURNCOAT)).refused(rules.NOT_ONES_OWN)


def test_a_rectified_district_keeps_its_title_from_the_old_end_date() -> None:
    (event,) = after(*REPORTED, reassess("60", "2023-02-28")).when(retain("2023-03-03")).events
    assert isinstance(event, TitleRetained)
    assert (event.cycle, event.first_day, event.last_day) == (2, date(2022, 8, 20), date(2025, 8, 19))
    assert [one.year for one in event.reports] == [2023, 2024, 2025]
    after(*LAPSED, reassess("50", "2023-02-28")).when(retain("2023-03-03")).refused(rules.TITLE_EARNED)


def test_its_documents_are_uploaded_first() -> None:
    unseen = replace(rectified("2023-02-10"), not_uploaded=("documents.0",))
    after(*ORDERED).when(unseen).refused(rules.DOCUMENT_STORED, field="documents.0")
