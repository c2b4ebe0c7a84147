"""Scores of the panel and of the assessment."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.programme.policy import ScoreCriterion, policy
from shared.programme.scoring import (
    Mark,
    ScoreError,
    Sheet,
    assessment_score,
    grade,
    panel_average,
    panel_result,
    sheet_score,
)
from shared.programme.vocabulary import Grade

POLICY = policy("2018-04-28.1")
KEYS = [one.key for one in POLICY.score_criteria]
marks = st.decimals(0, 100, places=2)


def sheets(*scores: str, against: int = 0) -> list[Sheet]:
    return [Sheet(score=Decimal(one), recommended=i >= against) for i, one in enumerate(scores)]


def even(mark: Mark) -> dict[str, Mark]:
    return dict.fromkeys(KEYS, mark)


def test_a_sheet_is_weighted() -> None:
    given_marks: dict[str, Mark] = {**even(0), "institutions": 100, "demand": 50}
    assert sheet_score(given_marks, POLICY) == Decimal("32.50")


@given(marks)
def test_even_marks_give_that_mark(mark: Decimal) -> None:
    assert sheet_score(even(mark), POLICY) == mark


def test_halves_are_rounded_up() -> None:
    criteria = (
        ScoreCriterion(key="a", clause="-", zh="甲", en="A", weight=50),
        ScoreCriterion(key="b", clause="-", zh="乙", en="B", weight=50),
    )
    halved = replace(POLICY, score_criteria=criteria)
    assert sheet_score({"a": Decimal("80.01"), "b": 80}, halved) == Decimal("80.01")
    assert panel_average([Decimal("59.99"), Decimal("60.00")]) == Decimal("60.00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"goals": 101}, "goals"),
        ({"goals": -1}, "goals"),
        ({"goals": True}, "goals"),
        ({"goals": Decimal("NaN")}, "goals"),
        ({"goals": Decimal("Infinity")}, "goals"),
        ({"charm": 60}, "charm"),
    ],
)
def test_a_wrong_mark_names_its_criterion(changes: dict[str, Mark], field: str) -> None:
    with pytest.raises(ScoreError) as caught:
        sheet_score({**even(60), **changes}, POLICY)
    assert caught.value.field == field


def test_a_missing_mark_names_its_criterion() -> None:
    with pytest.raises(ScoreError) as caught:
        sheet_score({key: 60 for key in KEYS if key != "coverage"}, POLICY)
    assert caught.value.field == "coverage"
    assert "服务链条完整性" in caught.value.message_zh


@pytest.mark.parametrize(
    ("given_sheets", "average", "recommended"),
    [
        (sheets("88", "88", "88", "88", "88"), Decimal("88.00"), True),
        (sheets("60", "60", "60"), Decimal("60.00"), True),
        (sheets("59.98", "60", "60"), Decimal("59.99"), True),
        (sheets("59.99", "60", "60"), Decimal("60.00"), True),
        (sheets("90", "90", "90", against=2), Decimal("90.00"), False),
        (sheets("90", "90", "90", "90", against=2), Decimal("90.00"), False),
        (sheets("90", "90", "90", "90", "90", against=2), Decimal("90.00"), True),
        (sheets("100", "100"), None, False),
        ([], None, False),
    ],
)
def test_a_panel_has_an_average_and_recommends_by_most_of_its_sheets(
    given_sheets: list[Sheet], average: Decimal | None, recommended: bool
) -> None:
    result = panel_result(given_sheets, POLICY)
    assert (result.average, result.recommended) == (average, recommended)
    assert result.enough is (len(given_sheets) >= 3)


def test_there_is_no_average_of_nothing() -> None:
    with pytest.raises(ValueError, match="no score"):
        panel_average([])


@pytest.mark.parametrize(
    ("marks_given", "missed_and_late", "expected"),
    [
        ((91, 91), (0, 0), ("91.00", Grade.EXCELLENT)),
        ((75, 75), (0, 1), ("74.00", Grade.QUALIFIED)),
        ((56, 56), (0, 1), ("55.00", Grade.UNQUALIFIED)),
        ((52, 52), (2, 1), ("41.00", Grade.UNQUALIFIED)),
        ((100, 0), (0, 0), ("40.00", Grade.UNQUALIFIED)),
        ((0, 100), (0, 0), ("60.00", Grade.QUALIFIED)),
        ((100, 100), (9, 9), ("80.00", Grade.QUALIFIED)),
        ((1, 1), (3, 0), ("0.00", Grade.UNQUALIFIED)),
    ],
)
def test_an_assessment_is_weighted_and_loses_points_for_reports(
    marks_given: tuple[int, int], missed_and_late: tuple[int, int], expected: tuple[str, Grade]
) -> None:
    thinking, practice = marks_given
    missed, late = missed_and_late
    score = assessment_score(
        thinking=thinking, practice=practice, missed_reports=missed, late_reports=late, policy=POLICY
    )
    assert (score.final, score.grade) == (Decimal(expected[0]), expected[1])


def test_a_wrong_assessment_mark_is_refused() -> None:
    with pytest.raises(ScoreError) as caught:
        assessment_score(thinking=50, practice=120, missed_reports=0, late_reports=0, policy=POLICY)
    assert caught.value.field == "practice"


@pytest.mark.parametrize(
    ("score", "expected"),
    [("85", "excellent"), ("84.99", "qualified"), ("60", "qualified"), ("59.99", "unqualified"), ("0", "unqualified")],
)
def test_the_limits_belong_to_the_better_grade(score: str, expected: str) -> None:
    assert grade(Decimal(score), POLICY).value == expected


@given(marks, marks, st.integers(0, 4), st.integers(0, 4))
def test_a_missed_report_never_helps_and_scores_stay_in_range(a: Decimal, b: Decimal, missed: int, late: int) -> None:
    score = assessment_score(thinking=a, practice=b, missed_reports=missed, late_reports=late, policy=POLICY)
    worse = assessment_score(thinking=a, practice=b, missed_reports=missed + 1, late_reports=late, policy=POLICY)
    assert 0 <= worse.final <= score.final <= score.weighted <= 100
