"""Yearly reports: one filing, two documents, two receipts (五（三）)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.lifecycle import rules
from shared.contracts.core import Actor, Due, Role
from shared.contracts.lifecycle import (
    AnnualReportFiled,
    AnnualReportMissed,
    AnnualReportOverdue,
    AnnualReportReceived,
    ReportReceiver,
)
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    LEAD,
    OTHER_CITY,
    OTHER_COUNTY,
    PROVINCE,
    TURNCOAT,
    UNIT,
    acknowledge,
    after,
    designate,
    document,
    missed,
    overdue,
    report,
)
from tests.specification import actor

DESIGNATED = designate("2019-08-20")
DUE_2020 = Due(on=date(2020, 3, 31))


def test_one_filing_holds_two_documents() -> None:
    after(DESIGNATED).when(report(2020, "2020-03-30")).then(
        AnnualReportFiled(
            case_id=CASE,
            year=2020,
            summary=document("2019年工作总结"),
            plan=document("2020年工作计划"),
            filed_on=date(2020, 3, 30),
            due=DUE_2020,
            late_by=0,
            filed_by=COUNTY.subject,
        )
    ).again().then()


@pytest.mark.parametrize(
    ("on", "working_days"),
    [("2020-03-31", 0), ("2020-04-01", 1), ("2020-04-04", 3), ("2020-04-20", 13), ("2020-05-09", 26)],
)
def test_lateness_is_counted_in_working_days(on: str, working_days: int) -> None:
    filed = after(DESIGNATED, overdue(2020, "2020-04-01")).when(report(2020, on)).events[-1]
    assert isinstance(filed, AnnualReportFiled)
    assert filed.late_by == working_days


def test_a_report_due_on_a_sunday_is_in_time_on_monday() -> None:
    filed = after(designate("2018-08-31")).when(report(2019, "2019-04-01")).events[-1]
    assert isinstance(filed, AnnualReportFiled)
    assert filed.late_by == 0


def test_filed_on_a_saturday_after_its_day_it_is_late_by_one() -> None:
    """31 March 2023 is a Friday; no working day lies between it and Saturday."""
    filed = after(designate("2021-09-01")).when(report(2023, "2023-04-01")).events[-1]
    assert isinstance(filed, AnnualReportFiled)
    assert filed.late_by == 1


def test_a_year_is_reported_once() -> None:
    other = replace(report(2020, "2020-03-31"), plan=document("另一份计划"))
    after(DESIGNATED, report(2020, "2020-03-30")).when(other).refused(rules.REPORTED_ONCE, field="year")


@pytest.mark.parametrize("year", [2018, 2023, -1, 10**9])
def test_only_the_years_of_the_term_are_reported(year: int) -> None:
    after(DESIGNATED).when(report(year, "2020-03-30")).refused(rules.REPORT_IS_OWED, field="year")


def test_in_the_year_of_the_designation_a_report_may_be_filed_but_is_not_owed() -> None:
    in_january = designate("2019-01-15")
    after(in_january).when(overdue(2019, "2019-04-02")).then()
    filed = after(in_january).when(report(2019, "2019-03-29")).then_kinds(AnnualReportFiled).events[0]
    assert isinstance(filed, AnnualReportFiled)
    assert filed.late_by == 0
    after(in_january, report(2019, "2019-03-29")).when(acknowledge(2019, "2019-04-02", CITY)).then_kinds(
        AnnualReportReceived
    ).again().then()


def test_designated_on_the_very_day_the_report_is_due_it_may_be_filed() -> None:
    on_the_day = designate("2020-03-31")
    after(on_the_day).when(report(2020, "2020-03-31")).then_kinds(AnnualReportFiled)
    after(designate("2020-04-01")).when(report(2020, "2020-04-01")).refused(rules.REPORT_IS_OWED)


def test_a_report_of_a_year_before_the_designation_day_is_not_taken() -> None:
    after(DESIGNATED).when(report(2019, "2019-09-02")).refused(rules.REPORT_IS_OWED)


def test_a_year_is_not_reported_before_it_begins() -> None:
    after(DESIGNATED).when(report(2021, "2020-12-31")).refused(rules.REPORT_YEAR_BEGUN)


def test_one_file_is_not_two_documents() -> None:
    same = report(2020, "2020-03-30")
    after(DESIGNATED).when(replace(same, plan=same.summary)).refused(rules.TWO_DOCUMENTS, field="plan")


@pytest.mark.parametrize("who", [OTHER_COUNTY, UNIT, CITY, PROVINCE, actor("county:220502", Role.CITY)])
def test_only_its_county_files(who: Actor) -> None:
    command = report(2020, "2020-03-30")
    other = replace(command, context=replace(command.context, actor=who))
    after(DESIGNATED).when(other).refused(rules.OWN_COUNTY)
    after(DESIGNATED, command).when(other).refused(rules.OWN_COUNTY)


def test_a_county_files_under_its_new_code() -> None:
    """公主岭 was 220381 until 19 June 2020, and is 220184 since."""
    moved = actor("county:220184", Role.COUNTY)
    after(designate("2019-08-20", county="220381")).when(report(2021, "2021-03-30", moved)).then_kinds(
        AnnualReportFiled
    )


def test_city_and_province_each_give_a_receipt() -> None:
    filed = (DESIGNATED, report(2020, "2020-03-30"))
    after(*filed).when(acknowledge(2020, "2020-03-31", CITY)).then(
        AnnualReportReceived(
            case_id=CASE, year=2020, receiver=ReportReceiver.CITY, office="city:220500", received_by=CITY.subject
        )
    ).again().then()
    by_city = (*filed, acknowledge(2020, "2020-03-31", CITY))
    after(*by_city).when(acknowledge(2020, "2020-04-01", PROVINCE)).then_kinds(AnnualReportReceived).again().then()
    after(*by_city, acknowledge(2020, "2020-04-01", PROVINCE)).when(acknowledge(2020, "2020-04-02", LEAD)).then()


@pytest.mark.parametrize("who", [OTHER_CITY, COUNTY, UNIT])
def test_nobody_else_gives_a_receipt(who: Actor) -> None:
    command = acknowledge(2020, "2020-03-31", CITY)
    other = replace(command, context=replace(command.context, actor=who))
    after(DESIGNATED, report(2020, "2020-03-30")).when(other).refused(rules.OWN_CITY_OR_PROVINCE)


def test_what_was_not_filed_is_not_acknowledged() -> None:
    after(DESIGNATED).when(acknowledge(2020, "2020-03-31", CITY)).refused(rules.REPORT_IS_FILED)
    after(DESIGNATED).when(acknowledge(2030, "2020-03-31", CITY)).refused(rules.REPORT_IS_FILED)


def test_nobody_acknowledges_their_own_report() -> None:
    after(DESIGNATED, report(2020, "2020-03-30")).when(acknowledge(2020, "2020-03-31", TURNCOAT)).refused(
        rules.NOT_ONES_OWN
    )


def test_a_directly_filing_district_has_no_city_until_it_gets_one() -> None:
    """公主岭 filed directly until 2020; since then 长春 is its city."""
    filed = (designate("2018-08-31", county="220381"), report(2020, "2020-03-30", actor("county:220381", Role.COUNTY)))
    after(*filed).when(acknowledge(2020, "2020-03-31", actor("city:220300", Role.CITY))).refused(
        rules.OWN_CITY_OR_PROVINCE
    )
    after(*filed).when(acknowledge(2020, "2020-03-31", OTHER_CITY)).refused(rules.OWN_CITY_OR_PROVINCE)
    after(*filed).when(acknowledge(2020, "2020-07-01", OTHER_CITY)).then_kinds(AnnualReportReceived)
    after(*filed).when(acknowledge(2020, "2020-03-31", PROVINCE)).then_kinds(AnnualReportReceived)


def test_unfiled_it_is_overdue_on_the_day_after() -> None:
    after(DESIGNATED).when(overdue(2020, "2020-03-31")).then()
    after(DESIGNATED).when(overdue(2020, "2020-04-01")).then(
        AnnualReportOverdue(case_id=CASE, year=2020, due=DUE_2020)
    ).again().then()
    after(DESIGNATED, report(2020, "2020-03-31")).when(overdue(2020, "2020-04-01")).then()


def test_unfiled_for_three_months_it_is_missed() -> None:
    late = (DESIGNATED, overdue(2020, "2020-04-01"))
    after(*late).when(missed(2020, "2020-06-30")).then()
    after(*late).when(missed(2020, "2020-07-01")).then(
        AnnualReportMissed(case_id=CASE, year=2020, due=DUE_2020)
    ).again().then()
    after(*late, report(2020, "2020-06-30")).when(missed(2020, "2020-07-01")).then()


def test_filed_before_the_calendar_spoke_it_still_says_that_it_was_overdue() -> None:
    after(DESIGNATED).when(report(2020, "2020-04-20")).then_kinds(AnnualReportOverdue, AnnualReportFiled).again().then()
    after(DESIGNATED).when(report(2020, "2020-07-01")).then_kinds(
        AnnualReportOverdue, AnnualReportMissed, AnnualReportFiled
    )


def test_documents_are_uploaded_before_they_are_filed() -> None:
    unseen = replace(report(2020, "2020-03-30"), not_uploaded=("plan",))
    after(DESIGNATED).when(unseen).refused(rules.DOCUMENT_STORED, field="plan")
