"""Which acts may be dated back, by whom, how far, and never before what they rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest

from shared.contracts.core import Actor, Command, Envelope, Refusal, Role, event_types
from shared.programme.dates import chronology as law
from shared.programme.policy import policies, policy
from tests.programme.histories import ACTS, recorded
from tests.specification import actor, context

FIRST = "2018-04-28.1"
CITY = actor("city:220500", Role.CITY)
COUNTY = actor("county:220502", Role.COUNTY)
LEAD = actor("province", Role.PROVINCE_LEAD)
TODAY = "2020-05-20"


def dated(on: str, who: Actor = CITY) -> Command:
    """A command given today, to take effect on a day."""
    return Command(context=replace(context(who, TODAY), effective_on=date.fromisoformat(on)))


DESIGNATED = recorded("lifecycle.DistrictDesignated", "2020-03-02")
FILED = recorded("lifecycle.AnnualReportFiled", "2020-05-11")
INSPECTED = recorded("lifecycle.SupportRecorded", "2020-05-15")
HISTORY = (DESIGNATED, FILED, INSPECTED)


TOLD = (
    *("review.StartPublicity", "review.IssueCorrectionNotice", "intake.Endorse", "intake.SealPacket"),
    *("lifecycle.ConcludeAssessment", "lifecycle.RevokeTitle", "notify.Anything"),
)


@pytest.mark.parametrize("act", TOLD)
def test_what_the_policy_does_not_name_takes_effect_on_the_day_it_is_told(act: str) -> None:
    refusal = law.untimely(act, dated("2020-05-19", LEAD), HISTORY)
    assert refusal is not None
    assert (refusal.rule, refusal.detail, refusal.field) == (law.TAKES_EFFECT_WHEN_TOLD, TODAY, law.EFFECTIVE_ON)
    assert law.untimely(act, dated(TODAY, LEAD), HISTORY) is None


@pytest.mark.parametrize("act", [*TOLD, "lifecycle.AcknowledgeReport", "intake.KeyPaperApplication", "review.Accept"])
def test_nothing_takes_effect_in_the_future(act: str) -> None:
    refusal = law.untimely(act, dated("2020-05-21", LEAD), HISTORY)
    assert refusal is not None
    assert (refusal.rule, refusal.field) == (law.NOT_IN_THE_FUTURE, law.EFFECTIVE_ON)


@pytest.mark.parametrize(
    ("act", "on", "history", "rule"),
    [
        ("lifecycle.AcknowledgeReport", "2020-05-11", HISTORY, None),
        ("lifecycle.AcknowledgeReport", "2020-05-10", HISTORY, law.PRECEDES_ITS_BASIS),
        ("lifecycle.AcknowledgeReport", "2020-05-21", HISTORY, law.NOT_IN_THE_FUTURE),
        ("lifecycle.RecordSupport", "2020-03-02", HISTORY, None),
        ("lifecycle.RecordSupport", "2020-03-01", HISTORY, law.PRECEDES_ITS_BASIS),
        ("lifecycle.RecordSupport", "2020-02-19", HISTORY, law.DATED_BACK_TOO_FAR),
        ("intake.KeyPaperApplication", "2020-04-20", (), None),
        ("intake.KeyPaperApplication", "2020-04-19", (), law.DATED_BACK_TOO_FAR),
        ("review.Accept", "2020-05-19", (recorded("review.CaseOpened", "2020-05-20"),), law.DATED_BACK_BY_ANOTHER),
    ],
)  # fmt: skip
def test_an_act_is_dated_back_within_its_days_and_not_before_its_basis(
    act: str, on: str, history: tuple[Envelope, ...], rule: object
) -> None:
    refusal = law.untimely(act, dated(on), history)
    assert (refusal.rule if refusal else None) is rule


def test_an_act_that_names_no_basis_rests_on_everything_on_record() -> None:
    opened, corrected = recorded("review.CaseOpened", "2020-05-18"), recorded("review.CorrectionReceived", "2020-05-19")
    refusal = law.untimely("review.Accept", dated("2020-05-18", LEAD), (opened, corrected))
    assert refusal is not None
    assert (refusal.rule, refusal.detail) == (law.PRECEDES_ITS_BASIS, "2020-05-19")
    assert law.untimely("review.Accept", dated("2020-05-19", LEAD), (opened, corrected)) is None


def test_the_systems_own_acts_take_effect_when_their_time_came() -> None:
    deadline = dated("2020-04-01", actor("system:lifecycle", Role.SYSTEM))
    assert law.untimely("lifecycle.DeclareReportOverdue", deadline, HISTORY) is None


def test_there_is_no_law_before_the_first_policy() -> None:
    assert law.policy_on(date(2018, 4, 28)) is policy(FIRST)
    assert law.policy_on(date(2018, 4, 27)) == Refusal(law.PRECEDES_THE_POLICY, "2018-04-28", law.EFFECTIVE_ON)


def test_only_whom_the_policy_names_may_date_back() -> None:
    by = policy(FIRST)
    assert law.may_date_back(CITY, by)
    assert not law.may_date_back(COUNTY, by)


def test_paper_arrived_within_the_acts_days_and_not_before_the_policy() -> None:
    by = policy(FIRST)
    assert law.earliest_receipt("intake.KeyPaperApplication", date(2020, 5, 20), by) == date(2020, 4, 20)
    assert law.earliest_receipt("intake.KeyPaperApplication", date(2018, 5, 2), by) == date(2018, 4, 28)
    assert law.earliest_receipt("intake.Endorse", date(2020, 5, 20), by) == date(2020, 5, 20)


def test_a_day_is_planned_from_today_to_the_policys_last() -> None:
    by, today = policy(FIRST), date(2020, 5, 20)
    days = law.planned_days(today, by)
    assert today in days
    assert today + timedelta(days=by.planned_days_max) in days
    assert today - timedelta(days=1) not in days
    assert date.max not in days
    assert str(days) == "2020-05-20 - 2020-11-16"


def test_every_act_and_every_event_that_the_policy_names_exists() -> None:
    for module in ("intake", "review", "lifecycle"):
        import_module(f"shared.contracts.{module}")
    known = {one.name for one in event_types()}
    for each in policies().values():
        for allowed in each.backdating:
            assert allowed.act in ACTS, allowed.act
            assert set(allowed.rests_on) <= known, allowed.act
            assert [Role(role) for role in allowed.by]
