"""The assessment at the end of a cycle, and the title that is kept by it (四（六）)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.commands import DistrictCommand
from shared.contracts.core import Actor, Due, Role, derived_id
from shared.contracts.lifecycle import (
    AnnualReportMissed,
    AnnualReportOverdue,
    AssessmentConcluded,
    AssessmentOpened,
    AssessmentOverdue,
    Grade,
    NationalRecommendationMade,
    ReportDue,
    TitleRetained,
)
from tests.lifecycle.situations import (
    CASE,
    CITY,
    COUNTY,
    EVIDENCE,
    LEAD,
    OTHER_COUNTY,
    PROVINCE,
    SYSTEM,
    TURNCOAT,
    UNIT,
    after,
    at,
    conclude,
    designate,
    history,
    open_assessment,
    order,
    recommend,
    report,
    retain,
)
from tests.specification import actor

DESIGNATED = designate("2019-08-20")
REPORTED = (DESIGNATED, report(2020, "2020-03-30"), report(2021, "2021-03-30"), report(2022, "2022-03-30"))
OPENED = (*REPORTED, open_assessment("2022-05-19"))
NEXT = TitleRetained(
    case_id=CASE,
    cycle=2,
    first_day=date(2022, 8, 20),
    last_day=date(2025, 8, 19),
    reports=(
        ReportDue(year=2023, due=Due(on=date(2023, 3, 31))),
        ReportDue(year=2024, due=Due(on=date(2024, 4, 1))),
        ReportDue(year=2025, due=Due(on=date(2025, 3, 31))),
    ),
    policy_version="2018-04-28.1",
)


def overdue(cycle: int, on: str) -> commands.DeclareAssessmentOverdue:
    return commands.DeclareAssessmentOverdue(context=at(SYSTEM, on), case_id=CASE, cycle=cycle)


def concluded(*steps: DistrictCommand) -> AssessmentConcluded:
    (event,) = (event for event in history(*steps) if isinstance(event, AssessmentConcluded))
    return event


def test_it_opens_three_months_before_the_last_day() -> None:
    after(*REPORTED).when(open_assessment("2022-05-18")).then()
    after(*REPORTED).when(open_assessment("2022-05-19")).then(
        AssessmentOpened(case_id=CASE, cycle=1, last_day=date(2022, 8, 19))
    ).again().then()


def test_the_province_may_open_it_then_but_not_before() -> None:
    after(*REPORTED).when(open_assessment("2022-05-18", PROVINCE)).refused(rules.ASSESSMENT_IN_TIME)
    after(*REPORTED).when(open_assessment("2022-05-19", PROVINCE)).then_kinds(AssessmentOpened).again().then()
    for who in (COUNTY, CITY, UNIT):
        after(*REPORTED).when(open_assessment("2022-05-19", who)).refused(rules.PROVINCE_ONLY)


def test_not_assessed_by_the_end_of_the_term_raises_an_alert() -> None:
    after(*OPENED).when(overdue(1, "2022-08-19")).then()
    after(*OPENED).when(overdue(1, "2022-08-20")).then(
        AssessmentOverdue(case_id=CASE, cycle=1, last_day=date(2022, 8, 19))
    ).again().then()
    after(*REPORTED).when(overdue(1, "2022-08-20")).then_kinds(AssessmentOpened, AssessmentOverdue)
    after(*OPENED, conclude("70", "70", "2022-08-18")).when(overdue(1, "2022-08-20")).then()


def test_an_alert_never_assesses() -> None:
    after(*OPENED, overdue(1, "2022-08-20")).when(conclude("70", "70", "2022-09-01")).then_kinds(AssessmentConcluded)


def test_the_contents_weigh_forty_and_sixty() -> None:
    after(*OPENED).when(conclude("70", "80", "2022-08-18")).then(
        AssessmentConcluded(
            case_id=CASE,
            cycle=1,
            thinking=Decimal(70),
            practice=Decimal(80),
            deduction=Decimal(0),
            score=Decimal("76.00"),
            grade=Grade.QUALIFIED,
            late_years=(),
            missed_years=(),
            evidence=EVIDENCE,
            assessed_by="officer",
        )
    ).again().then()


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", Grade.EXCELLENT),
        ("85", Grade.EXCELLENT),
        ("84.99", Grade.QUALIFIED),
        ("60", Grade.QUALIFIED),
        ("59.99", Grade.UNQUALIFIED),
        ("0", Grade.UNQUALIFIED),
    ],
)
def test_a_limit_belongs_to_the_better_grade(points: str, grade: Grade) -> None:
    assert concluded(*OPENED, conclude(points, points, "2022-08-18")).grade is grade


def test_late_and_missed_reports_lower_it_and_nothing_else() -> None:
    late = (DESIGNATED, report(2020, "2020-04-01"), open_assessment("2022-05-19"))
    after(*late).when(conclude("65", "65", "2022-08-18")).then_kinds(
        AnnualReportOverdue, AnnualReportMissed, AnnualReportOverdue, AnnualReportMissed, AssessmentConcluded
    )
    result = concluded(*late, conclude("65", "65", "2022-08-18"))
    assert (result.late_years, result.missed_years) == ((2020,), (2021, 2022))
    assert (result.deduction, result.score, result.grade) == (Decimal(11), Decimal("54.00"), Grade.UNQUALIFIED)


def test_filed_after_it_was_given_up_a_report_is_missed_and_not_late_too() -> None:
    result = concluded(
        DESIGNATED,
        report(2020, "2020-07-01"),
        report(2021, "2021-03-30"),
        report(2022, "2022-03-30"),
        conclude("65", "65", "2022-08-18"),
    )
    assert (result.late_years, result.missed_years, result.deduction) == ((), (2020,), Decimal(5))


def test_the_calendar_may_be_slower_than_the_officer() -> None:
    after(*REPORTED).when(conclude("70", "70", "2022-08-18")).then_kinds(AssessmentOpened, AssessmentConcluded)
    after(*REPORTED).when(conclude("70", "70", "2022-05-18")).refused(rules.ASSESSMENT_IS_OPEN)


@pytest.mark.parametrize("points", ["-1", "100.01", "1E+9", "NaN", "Infinity"])
def test_points_lie_between_0_and_100(points: str) -> None:
    after(*OPENED).when(conclude(points, "70", "2022-08-18")).refused(rules.POINTS_IN_RANGE, field="thinking")
    after(*OPENED).when(conclude("70", points, "2022-08-18")).refused(rules.POINTS_IN_RANGE, field="practice")


def test_it_rests_on_events_of_this_district() -> None:
    after(*OPENED).when(conclude("70", "70", "2022-08-18", evidence=())).refused(rules.EVIDENCE_NAMED)
    foreign = conclude("70", "70", "2022-08-18", unknown=(derived_id("evidence"),))
    after(*OPENED).when(foreign).refused(rules.EVIDENCE_NAMED, field="evidence")


@pytest.mark.parametrize("who", [COUNTY, OTHER_COUNTY, UNIT, CITY, SYSTEM])
def test_only_the_province_assesses(who: Actor) -> None:
    after(*OPENED).when(conclude("70", "70", "2022-08-18", who)).refused(rules.PROVINCE_ONLY)


def test_nobody_assesses_what_they_filed() -> None:
    after(*OPENED).when(conclude("70", "70", "2022-08-18", TURNCOAT)).refused(rules.NOT_ONES_OWN)
    after(*OPENED).when(conclude("70", "70", "2022-08-18", LEAD)).then_kinds(AssessmentConcluded)


def test_assessed_once_a_cycle() -> None:
    done = (*OPENED, conclude("70", "70", "2022-08-18"))
    after(*done).when(conclude("71", "70", "2022-08-18")).refused(rules.ASSESSMENT_IS_OPEN)
    after(*done).when(open_assessment("2022-08-19")).then()


def test_an_excellent_title_is_kept_at_once() -> None:
    then = after(*OPENED).when(conclude("90", "92", "2022-08-18")).then_kinds(AssessmentConcluded, TitleRetained)
    assert then.events[1] == NEXT
    then.again().then()
    then.and_then().when(retain("2022-08-22")).then()


def test_an_excellent_district_is_recommended_first() -> None:
    excellent = (*OPENED, conclude("90", "92", "2022-08-18"))
    after(*excellent).when(recommend("2022-09-01")).then(
        NationalRecommendationMade(
            case_id=CASE, zone="国家知识产权服务业集聚发展试验区", cycle=1, recommended_by="officer"
        )
    ).again().then()
    for who in (COUNTY, CITY, UNIT):
        after(*excellent).when(recommend("2022-09-01", who)).refused(rules.PROVINCE_ONLY)


@pytest.mark.parametrize(
    ("term", "zone"),
    [
        (("2019-08-20", "2022-08-18", "2022-09-01"), "国家知识产权服务业集聚发展试验区"),
        (("2024-08-20", "2027-08-18", "2027-09-01"), "国家知识产权服务业高质量集聚发展示范区"),
    ],
)
def test_the_zone_is_named_as_on_the_day_of_the_recommendation(term: tuple[str, str, str], zone: str) -> None:
    designated, concluded, recommended = term
    made = history(designate(designated), conclude("100", "100", concluded), recommend(recommended))[-1]
    assert isinstance(made, NationalRecommendationMade)
    assert made.zone == zone


def test_no_other_district_is_recommended() -> None:
    after(*OPENED).when(recommend("2022-08-18")).refused(rules.RECOMMENDED_IF_EXCELLENT)
    qualified = (*OPENED, conclude("70", "70", "2022-08-18"), retain("2022-08-22"))
    after(*qualified).when(recommend("2022-09-01")).refused(rules.RECOMMENDED_IF_EXCELLENT)


def test_a_qualified_title_is_kept_by_decision() -> None:
    after(*OPENED, conclude("70", "70", "2022-08-18")).when(retain("2022-08-22")).then(NEXT).again().then()


@pytest.mark.parametrize("who", [actor("province", Role.COUNTY), actor("county:220502", Role.PROVINCE)])
def test_the_province_decides_by_its_office_and_its_role(who: Actor) -> None:
    after(*OPENED, conclude("70", "70", "2022-08-18")).when(retain("2022-08-22", who)).refused(rules.PROVINCE_ONLY)


def test_a_title_is_not_kept_before_it_is_earned() -> None:
    after(*OPENED).when(retain("2022-08-18")).refused(rules.TITLE_EARNED)
    after(DESIGNATED).when(retain("2022-08-18")).refused(rules.TITLE_EARNED)
    failed = (*OPENED, conclude("50", "50", "2022-08-18"))
    after(*failed).when(retain("2022-08-22")).refused(rules.TITLE_EARNED)
    after(*failed, order("2022-08-22")).when(retain("2022-08-22")).refused(rules.TITLE_EARNED)
    for who in (COUNTY, CITY):
        after(*OPENED, conclude("70", "70", "2022-08-18")).when(retain("2022-08-22", who)).refused(rules.PROVINCE_ONLY)


def test_the_next_cycle_is_lived_like_the_first() -> None:
    kept = (*OPENED, conclude("70", "70", "2022-08-18"), retain("2022-08-22"))
    second = (*kept, report(2023, "2023-03-30"), report(2024, "2024-04-02"), report(2025, "2025-03-31"))
    after(*kept).when(open_assessment("2025-05-18")).then()
    after(*second).when(open_assessment("2025-05-19")).then(
        AssessmentOpened(case_id=CASE, cycle=2, last_day=date(2025, 8, 19))
    )
    results = [e for e in history(*second, conclude("90", "90", "2025-06-20")) if isinstance(e, AssessmentConcluded)]
    assert (results[1].cycle, results[1].late_years, results[1].score) == (2, (2024,), Decimal("89.00"))


def test_a_report_that_falls_due_after_an_early_assessment_is_weighed_in_the_next() -> None:
    """The term ends on 30 April 2022, the report is due on 31 March, and the assessment is held in February."""
    early = (
        designate("2019-05-01"),
        report(2020, "2020-04-01"),
        report(2021, "2021-03-30"),
        conclude("90", "90", "2022-02-21"),
        report(2022, "2022-04-08"),
    )
    later = (report(2023, "2023-03-30"), report(2024, "2024-04-01"), report(2025, "2025-03-31"))
    lived = history(*early, *later, conclude("90", "90", "2025-04-21"))
    first, second = (event for event in lived if isinstance(event, AssessmentConcluded))
    assert (first.late_years, second.late_years, second.missed_years) == ((2020,), (2022,), ())


def test_what_was_due_before_a_late_decision_to_keep_the_title_is_not_owed() -> None:
    for on, owed in (("2023-03-31", [2023, 2024, 2025]), ("2023-04-03", [2024, 2025])):
        kept = history(*OPENED, conclude("70", "70", "2022-08-18"), retain(on))[-1]
        assert isinstance(kept, TitleRetained)
        assert [report.year for report in kept.reports] == owed
