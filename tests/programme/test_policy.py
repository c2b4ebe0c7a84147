"""The versioned policy: what it sets, which version applies, and what a wrong file says."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from shared.programme.policy import (
    PolicyError,
    adopted_version,
    changed_since_used,
    kept_digests,
    parameters,
    policies,
    policy,
    policy_in_force,
    read_policies,
)
from shared.programme.vocabulary import EvidenceKind

ROOT = Path(__file__).resolve().parents[2]
TEXT = (files("shared.programme") / "data" / "policy.toml").read_text(encoding="utf-8")
FIRST = "2018-04-28.1"


def test_the_first_policy_sets_what_the_programme_says() -> None:
    first = policy(FIRST)
    assert (first.endorsement_working_days, first.formal_examination_working_days) == (10, 5)
    assert (first.correction_working_days, first.publicity_working_days, first.hearing_working_days) == (20, 5, 5)
    assert (first.panel_size, first.minimum_valid_sheets, first.pass_mark) == (5, 3, 60)
    assert (first.assessment_thinking_weight, first.assessment_practice_weight) == (40, 60)
    assert (first.excellent_from, first.qualified_from, first.term_years) == (85, 60, 3)
    assert (first.rectification_months, first.rectification_months_min, first.rectification_months_max) == (6, 3, 12)
    assert (first.report_month, first.report_day, first.minimum_institutions) == (3, 31, 3)
    assert first.reminder_days_before == (30, 7, 1)
    assert EvidenceKind.SPECIAL_FUND in first.required_evidence


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (date(2018, 4, 28), FIRST),
        (date(2026, 12, 31), FIRST),
        (date(2027, 1, 1), "2027.1"),
        (date(2040, 1, 1), "2027.1"),
    ],
)
def test_a_new_case_takes_the_policy_in_force(on: date, version: str) -> None:
    assert policy_in_force(on).version == version


def test_an_old_case_keeps_its_own_policy() -> None:
    then, now = policy(FIRST), policy_in_force(date(2030, 1, 1))
    assert then.national_pilot_name != now.national_pilot_name
    assert then.score_criteria == now.score_criteria
    assert [one.name for one in parameters(then) if one.value != getattr(now, one.name)] == [
        "version",
        "effective_from",
        "national_pilot_name",
    ]


def test_there_is_no_policy_before_the_notice_nor_of_an_unknown_version() -> None:
    with pytest.raises(PolicyError, match="2018-04-27"):
        policy_in_force(date(2018, 4, 27))
    with pytest.raises(PolicyError, match=r"2019\.9"):
        policy("2019.9")


def test_every_parameter_is_explained() -> None:
    for one in policies().values():
        for parameter in parameters(one):
            assert parameter.clause
            assert parameter.zh
            assert parameter.en


def test_every_number_has_a_least_and_a_most_that_makes_sense() -> None:
    for parameter in parameters(policy("2018-04-28.1")):
        values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
        is_number = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
        assert is_number == (parameter.within is not None), parameter.name


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("panel_size = 5", "panel_size = 4", "odd"),
        ("panel_size = 5", "panel_size = 1", "valid sheets"),
        ("panel_size = 5", 'panel_size = "five"', "panel_size"),
        ("panel_size = 5", "panel_size = true", "panel_size"),
        ("panel_size = 5", "panel_size = -5", "panel_size"),
        ("panel_size = 5\n", "", "'panel_size' is missing"),
        ("panel_size = 5", "panel_size = 5\npannel_size = 7", "unknown parameter 'pannel_size'"),
        ("weight = 25", "weight = 26", "score sheet"),
        ("weight = 25, ", "", "weight"),
        ("assessment_thinking_weight = 40", "assessment_thinking_weight = 50", "assessment"),
        ("excellent_from = 85", "excellent_from = 60", "excellent"),
        ("excellent_from = 85", "excellent_from = 101", "excellent"),
        ("qualified_from = 60", "qualified_from = 0", "qualified_from .*四（六）2"),
        ("publicity_working_days = 5", "publicity_working_days = 0", "公示期（四（四））为0，应为1至60"),
        ("term_years = 3", "term_years = 0", "Length of the term, years, 四（五）.* is 0; it is 1 to 10"),
        ("pass_mark = 60", "pass_mark = 200", "pass_mark .*四（四）.* is 200; it is 1 to 100"),
        ("reminder_days_before = [30, 7, 1]", "reminder_days_before = [30, 0]", "reminder_days_before .* is 0"),
        ("reconsideration_days = 60", "reconsideration_days = 59", "行政复议法"),
        ("minimum_valid_sheets = 3", "minimum_valid_sheets = 0", "minimum_valid_sheets"),
        ("rectification_months = 6", "rectification_months = 2", "rectify"),
        ("rectification_months = 6", "rectification_months = 13", "rectify"),
        ("report_day = 31", "report_day = 32", "report"),
        ("report_month = 3\nreport_day = 31", "report_month = 2\nreport_day = 29", "report"),
        ('"work_plan", "special_fund"', '"work_plan", "gold"', "required_evidence"),
        ("reminder_days_before = [30, 7, 1]", "reminder_days_before = 30", "reminder_days_before"),
        ("correction_requires_all_seals = true", "correction_requires_all_seals = 1", "correction_requires_all_seals"),
        ("effective_from = 2018-04-28", "effective_from = 2018-04-28T00:00:00", "effective_from"),
        ('based_on = "2018-04-28.1"', 'based_on = "1999.1"', "based on"),
        ('version = "2027.1"', 'version = "2018-04-28.1"', "twice"),
        ('title = "吉林省知识产权服务业集聚发展区"', 'title = " "', "title"),
    ],
)
def test_a_wrong_file_names_what_is_wrong(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyError, match=says):
        read_policies(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("excellent_from = 85", "excellent_from = 100"),
        ("qualified_from = 60", "qualified_from = 1"),
        ("panel_size = 5", "panel_size = 3"),
        ("minimum_valid_sheets = 3", "minimum_valid_sheets = 1"),
        ("rectification_months = 6", "rectification_months = 3"),
        ("rectification_months = 6", "rectification_months = 12"),
        ("planned_days_max = 180", "planned_days_max = 0"),
        ("report_month = 3\nreport_day = 31", "report_month = 2\nreport_day = 28"),
    ],
)
def test_a_parameter_may_stand_at_its_limit(old: str, new: str) -> None:
    assert old in TEXT
    assert read_policies(TEXT.replace(old, new, 1))


def test_the_document_says_what_each_number_may_be() -> None:
    rows = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8").splitlines()
    for each in parameters(policy("2018-04-28.1")):
        if each.within is not None:
            (row,) = (row for row in rows[: rows.index("## 2027.1, from 2027-01-01")] if f"| `{each.name}` |" in row)
            least, most = each.within
            assert f"| {least:,} to {most:,} |" in row
            values = each.value if isinstance(each.value, tuple) else (each.value,)
            assert all(least <= value <= most for value in values)


@pytest.mark.parametrize("text", ["pass_mark = 65", "version = 5", 'version = ""', 'version = " "'])
def test_a_text_that_is_adopted_names_its_version(text: str) -> None:
    with pytest.raises(PolicyError, match="version"):
        adopted_version(text)
    assert adopted_version('version = "2030.1"') == "2030.1"


def test_a_shipped_version_that_was_edited_or_taken_away_is_named_with_its_parameter() -> None:
    kept = kept_digests()
    assert changed_since_used(kept) == ()
    assert changed_since_used({FIRST: {**kept[FIRST], "pass_mark": "0" * 64}}) == (f"{FIRST} pass_mark",)
    assert changed_since_used({FIRST: {"invented": "0" * 64}}) == (f"{FIRST} invented",)
    assert changed_since_used({"2017.1": {"pass_mark": kept[FIRST]["pass_mark"]}}) == ("2017.1 pass_mark",)
