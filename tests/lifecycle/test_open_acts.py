"""What each person may do at each stage of a district's life."""

from __future__ import annotations

from functools import reduce

import pytest

from services.lifecycle.district import decider
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.district.open_acts import open_acts
from services.lifecycle.district.state import Undesignated
from shared.contracts.core import Actor
from tests.lifecycle.situations import (
    CITY,
    COUNTY,
    LEAD,
    OTHER_CITY,
    OTHER_COUNTY,
    PROVINCE,
    SYSTEM,
    TURNCOAT,
    UNIT,
    acknowledge,
    at,
    close_hearing,
    conclude,
    designate,
    extend,
    history,
    invite,
    lapse,
    order,
    reassess,
    recommend,
    rectified,
    report,
    retain,
    revoke,
    state_and_defend,
)

BEGUN = (designate("2019-08-20"),)
UNQUALIFIED = (*BEGUN, conclude("40", "40", "2022-06-01"))
ORDERED = (*UNQUALIFIED, order("2022-06-10"))
FAILED = (*ORDERED, rectified("2022-07-01"), reassess("40", "2022-07-10"))
HEARD = (*FAILED, invite("2022-07-11"), state_and_defend("2022-07-12"))
ALWAYS = {"ReportDuty", "UpdateRoster"}


def may(who: Actor, on: str, *steps: DistrictCommand) -> set[str]:
    """What somebody may do on a day after these commands; ``FileAnnualReport 2020`` of one year."""
    state = reduce(decider.evolve, history(*steps), decider.initial)
    acts = open_acts(state, at(who, on))
    return {act.command if act.year is None else f"{act.command} {act.year}" for act in acts}


@pytest.mark.parametrize(
    ("on", "filed"),
    [
        ("2019-09-01", {}),
        ("2020-03-01", {2020}),
        ("2021-03-01", {2020, 2021}),
    ],
)
def test_a_county_may_file_what_is_owed_and_has_begun(on: str, filed: set[int]) -> None:
    assert may(COUNTY, on, *BEGUN) == ALWAYS | {f"FileAnnualReport {year}" for year in filed}


def test_the_year_of_the_designation_is_offered_while_it_is_in_time() -> None:
    begun = designate("2019-02-20")
    assert "FileAnnualReport 2019" in may(COUNTY, "2019-03-01", begun)
    assert "FileAnnualReport 2019" not in may(COUNTY, "2019-09-01", begun)


def test_a_report_is_filed_once_and_acknowledged_once_by_each() -> None:
    filed = (*BEGUN, report(2020, "2020-03-01"))
    assert may(COUNTY, "2020-03-02", *filed) == ALWAYS
    assert may(UNIT, "2020-03-02", *filed) == {"UpdateRoster"}
    assert may(CITY, "2020-03-02", *filed) == {"RecordSupport", "AcknowledgeReport 2020"}
    received = (*filed, acknowledge(2020, "2020-03-03", CITY))
    assert may(CITY, "2020-03-04", *received) == {"RecordSupport"}
    assert may(PROVINCE, "2020-03-04", *received) == {"RecordSupport", "AcknowledgeReport 2020", "CorrectRecord"}


@pytest.mark.parametrize("who", [OTHER_COUNTY, OTHER_CITY])
def test_a_stranger_may_do_nothing(who: Actor) -> None:
    assert may(who, "2020-03-01", *BEGUN) == set()


@pytest.mark.parametrize(
    ("on", "steps", "acts"),
    [
        ("2022-04-01", BEGUN, set()),
        ("2022-06-01", BEGUN, {"OpenAssessment", "ConcludeAssessment"}),
        ("2022-06-11", UNQUALIFIED, {"OrderRectification"}),
        ("2022-06-11", ORDERED, {"ExtendRectification"}),
        ("2022-06-12", (*ORDERED, extend(3, "2022-06-11")), set()),
        ("2022-07-02", (*ORDERED, rectified("2022-07-01")), {"Reassess"}),
        ("2022-12-20", (*ORDERED, lapse("2022-12-12", "2022-12-13")), {"Reassess"}),
        ("2022-07-11", FAILED, {"InviteHearing"}),
        ("2022-07-12", HEARD, set()),
        ("2022-07-19", (*HEARD, close_hearing("2022-07-18", "2022-07-19")), {"Reassess"}),
        ("2022-06-02", (*BEGUN, conclude("100", "100", "2022-06-01")), {"RecommendNationally"}),
        ("2022-06-03", (*BEGUN, conclude("100", "100", "2022-06-01"), recommend("2022-06-02")), set()),
        ("2022-06-02", (*BEGUN, conclude("75", "75", "2022-06-01")), {"RetainTitle"}),
        ("2022-06-03", (*BEGUN, conclude("75", "75", "2022-06-01"), retain("2022-06-02")), set()),
    ],
)
def test_what_an_officer_decides_follows_the_stage(on: str, steps: tuple[DistrictCommand, ...], acts: set[str]) -> None:
    assert may(PROVINCE, on, *steps) == acts | {"RecordSupport", "CorrectRecord"}


def test_only_the_lead_revokes_and_only_after_the_hearing() -> None:
    closed = (*HEARD, close_hearing("2022-07-18", "2022-07-19"))
    assert "RevokeTitle" not in may(LEAD, "2022-07-18", *HEARD)
    assert "RevokeTitle" in may(LEAD, "2022-07-19", *closed)
    assert "RevokeTitle" not in may(PROVINCE, "2022-07-19", *closed)
    revoked = (*closed, revoke("2022-07-20", number="吉科发专〔2022〕58号", considered="不予采纳"))
    assert may(LEAD, "2022-07-21", *revoked) == {"CorrectRecord"}


def test_an_applicant_states_and_defends_while_it_is_heard() -> None:
    assert "MakeStatement" in may(UNIT, "2022-07-12", *FAILED, invite("2022-07-11"))
    assert "MakeStatement" not in may(UNIT, "2022-07-20", *FAILED, invite("2022-07-11"))


def test_who_filed_for_the_county_decides_nothing() -> None:
    filed = (*BEGUN, report(2020, "2020-03-01"))
    assert may(TURNCOAT, "2022-06-01", *filed) == {"RecordSupport", "CorrectRecord"}


def test_the_calendar_has_no_acts_of_a_person() -> None:
    assert may(SYSTEM, "2022-04-01", *BEGUN) == set()


def test_there_is_nothing_to_do_about_what_is_no_district() -> None:
    assert open_acts(Undesignated(), at(PROVINCE, "2022-06-01")) == ()
