"""Scores of the panel, 四（四）, and of the assessment at the end of the term, 四（六）.

A score sheet, an average and an assessment are each rounded to two decimals, half away from zero. The rounded figure
is the one that is shown and signed; the next step and the pass mark use it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from shared.programme.policy import Policy
from shared.programme.vocabulary import Grade

FULL_MARK: Final = Decimal(100)
_CENT: Final = Decimal("0.01")

Mark = int | Decimal


class ScoreError(ValueError):
    """A mark is missing, unknown or not from 0 to 100; `field` is the criterion."""

    def __init__(self, field: str, message_zh: str, message_en: str) -> None:
        self.field = field
        self.message_zh = message_zh
        self.message_en = message_en
        super().__init__(message_en)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One expert's valid score sheet: its weighted score, and whether the expert recommends the district."""

    score: Decimal
    recommended: bool


@dataclass(frozen=True, kw_only=True)
class PanelResult:
    """What the panel found: `average` is None until there are enough valid sheets."""

    valid_sheets: int
    enough: bool
    average: Decimal | None
    recommended_by: int
    recommended: bool


@dataclass(frozen=True, kw_only=True)
class AssessmentScore:
    """The assessment: the weighted score, what missed and late reports take off, what remains, and its grade."""

    weighted: Decimal
    deduction: Decimal
    final: Decimal
    grade: Grade


def is_mark(points: Decimal) -> bool:
    """Whether points lie between 0 and 100 and are written with at most six decimals, as people give marks."""
    exponent = points.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6 and 0 <= points <= FULL_MARK


def sheet_score(marks: Mapping[str, Mark], policy: Policy) -> Decimal:
    """The weighted score, 0 to 100, of marks from 0 to 100 by criterion. Raises `ScoreError`."""
    criteria = {criterion.key: criterion for criterion in policy.score_criteria}
    if unknown := sorted(set(marks) - set(criteria)):
        raise ScoreError(unknown[0], f"没有评分项“{unknown[0]}”", f"There is no criterion {unknown[0]!r}")
    for key, criterion in criteria.items():
        if key not in marks:
            raise ScoreError(key, f"“{criterion.zh}”未评分", f"{criterion.en!r} has no mark")
        check_mark(key, marks[key])
    weighted = (Decimal(marks[key]) * criterion.weight for key, criterion in criteria.items())
    return _rounded(sum(weighted, Decimal(0)) / FULL_MARK)


def panel_result(sheets: Sequence[Sheet], policy: Policy) -> PanelResult:
    """The panel's result: it recommends where most of its valid sheets do."""
    enough = len(sheets) >= policy.minimum_valid_sheets
    average = panel_average(sheet.score for sheet in sheets) if enough else None
    recommended_by = sum(sheet.recommended for sheet in sheets)
    recommended = enough and 2 * recommended_by > len(sheets)
    return PanelResult(
        valid_sheets=len(sheets),
        enough=enough,
        average=average,
        recommended_by=recommended_by,
        recommended=recommended,
    )


def panel_average(scores: Iterable[Decimal]) -> Decimal:
    """The mean of the sheets' scores. Raises ValueError when there is none."""
    counted = tuple(scores)
    if not counted:
        raise ValueError("there is no score to average")
    return _rounded(sum(counted, Decimal(0)) / len(counted))


def assessment_score(
    *, thinking: Mark, practice: Mark, missed_reports: int, late_reports: int, policy: Policy
) -> AssessmentScore:
    """The assessment from its two marks, 0 to 100, less what the yearly reports cost. Raises `ScoreError`."""
    check_mark("thinking", thinking)
    check_mark("practice", practice)
    weights = policy.assessment_thinking_weight, policy.assessment_practice_weight
    weighted = _rounded((Decimal(thinking) * weights[0] + Decimal(practice) * weights[1]) / FULL_MARK)
    off = missed_reports * policy.missed_report_deduction + late_reports * policy.late_report_deduction
    deduction = Decimal(min(off, policy.deduction_max))
    final = max(weighted - deduction, Decimal("0.00"))
    return AssessmentScore(weighted=weighted, deduction=deduction, final=final, grade=grade(final, policy))


def grade(score: Mark, policy: Policy) -> Grade:
    """The grade of an assessment, 四（六）2: the limits belong to the better grade."""
    if score >= policy.excellent_from:
        return Grade.EXCELLENT
    return Grade.QUALIFIED if score >= policy.qualified_from else Grade.UNQUALIFIED


def check_mark(field: str, mark: Mark) -> None:
    """Raise `ScoreError` unless the mark is a number from 0 to 100."""
    finite = not isinstance(mark, bool) and (isinstance(mark, int) or mark.is_finite())
    if not finite or not 0 <= mark <= FULL_MARK:
        raise ScoreError(field, f"分值应为0至100，现为{mark}", f"A mark is from 0 to 100, not {mark}")


def _rounded(score: Decimal) -> Decimal:
    return score.quantize(_CENT, ROUND_HALF_UP)
