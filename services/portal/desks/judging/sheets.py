"""The score sheet as pages show it: its criteria, the points, the weighted sum. The weights are the policy's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.programme.policy import policy
from shared.programme.scoring import ScoreError, sheet_score

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A criterion with its weight of a hundred, and the points as they were typed."""

    key: str
    zh: str
    en: str
    clause: str
    weight: int
    points: str


@dataclass(frozen=True, slots=True)
class GivenSheet:
    """A sheet that was given. ``points`` stand in the order of the criteria."""

    expert: str
    own: bool
    points: Sequence[str]
    total: str
    recommended: bool
    comment: str
    given_on: str
    valid: bool


def sheet_lines(version: str, typed: Mapping[str, str]) -> list[SheetLine]:
    """The criteria of a policy, with what was typed by criterion."""
    return [
        SheetLine(each.key, each.zh, each.en, each.clause, each.weight, typed.get(each.key, ""))
        for each in policy(version).score_criteria
    ]


def weighted_sum(version: str, typed: Mapping[str, str]) -> Decimal | None:
    """The sheet's sum, as the service will reckon it; ``None`` while points are missing or are none."""
    try:
        return sheet_score({key: Decimal(points) for key, points in typed.items()}, policy(version))
    except (ScoreError, InvalidOperation):
        return None


def given_sheets(answer: Row, lines: Sequence[SheetLine], names: Mapping[str, str], own: str) -> list[GivenSheet]:
    """The sheets that review shows to this expert: their own, and all once all are in. ``names`` are the experts'."""
    return [_given(sheet, lines, names, own) for sheet in answer["sheets"]]


def _given(sheet: Row, lines: Sequence[SheetLine], names: Mapping[str, str], own: str) -> GivenSheet:
    points = {score["criterion"]: str(score["points"]) for score in sheet["scores"]}
    expert = str(sheet["expert_id"])
    return GivenSheet(
        expert=names.get(expert, expert),
        own=expert == own,
        points=[points.get(line.key, "") for line in lines],
        total=str(sheet["total"]),
        recommended=bool(sheet["recommended"]),
        comment=str(sheet["comment"]),
        given_on=str(sheet["submitted_on"]),
        valid=bool(sheet["valid"]),
    )


__all__ = ["GivenSheet", "SheetLine", "given_sheets", "sheet_lines", "weighted_sum"]
