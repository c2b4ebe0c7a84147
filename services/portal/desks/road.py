"""The road of a case in nine steps, from what the services say of it: shown on every page of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Row = Mapping[str, Any]
Where = Literal["past", "now", "ahead"]

STEPS: Final = (
    ("联合申报", "Joint application"),
    ("三方盖章", "Three seals"),
    ("形式审查", "Formal examination"),
    ("专家评审", "Expert review"),
    ("现场考察", "Site visit"),
    ("公示", "Publicity"),
    ("批复确认", "Approval"),
    ("建设期三年", "Three-year term"),
    ("期满考核", "Assessment"),
)
_OF_AN_APPLICATION: Final = {"draft": 0, "awaiting-endorsement": 1, "declined": 1}
_OF_A_CASE: Final = {
    "examining": 2,
    "correcting": 2,
    "accepted": 3,
    "material-review": 3,
    "on-site": 4,
    "concluded": 5,
    "in-publicity": 5,
    "publicity-over": 6,
    "approved": 7,
}
_REACHED_BY: Final = (
    ("publicity_ends_on", 6),
    ("material_review_concluded_on", 4),
    ("accepted_on", 3),
    ("filed_on", 2),
    ("opened_on", 0),
)
"""How far a case came that has ended: the first of these days that it has."""
_ENDED: Final = {
    "not-yet": ("暂不确认", "Not yet"),
    "not-accepted": ("不予受理", "Not accepted"),
    "discontinued": ("已撤回", "Withdrawn"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "declined": ("市级不同意", "Declined by the city"),
    "revoked": ("已撤销", "Revoked"),
}


@dataclass(frozen=True, slots=True)
class RoadStep:
    """A step of the road: ``on`` is the day it was reached, ``note`` what is to be said instead."""

    name_zh: str
    name: str
    state: Where
    on: str = ""
    note_zh: str = ""
    note: str = ""


def road(*, application: Row | None = None, case: Row | None = None, district: Row | None = None) -> list[RoadStep]:
    """The nine steps, from the rows that intake, review and lifecycle have of a case; none where there is none yet."""
    stage = _stage(application, case, district)
    now = _now(stage, application or {}, case, district)
    days = _days(application or {}, case or {}, district or {})
    note_zh, note = _ENDED.get(stage, ("", ""))
    steps = []
    for index, (zh, en) in enumerate(STEPS):
        if index < now:
            steps.append(RoadStep(zh, en, "past", days[index]))
        elif index == now:
            steps.append(RoadStep(zh, en, "now", "", note_zh or "进行中", note or "under way"))
        else:
            steps.append(RoadStep(zh, en, "ahead"))
    return steps


def _stage(application: Row | None, case: Row | None, district: Row | None) -> str:
    row = district or case or application
    return str(row.get("status") or row.get("stage") or "") if row else ""


def _now(stage: str, application: Row, case: Row | None, district: Row | None) -> int:
    if district is not None:
        return 7 if stage == "designated" else 8
    if case is None:
        return _OF_AN_APPLICATION.get(stage, 1 if application.get("seals") else 0)
    if stage in _OF_A_CASE:
        return _OF_A_CASE[stage]
    return next((index for name, index in _REACHED_BY if case.get(name)), 2)


def _days(application: Row, case: Row, district: Row) -> list[str]:
    """The day on which each step was done."""
    days = (
        application.get("opened_on"),
        case.get("filed_on") or application.get("filed_on"),
        case.get("accepted_on"),
        case.get("material_review_concluded_on"),
        case.get("visited_on"),
        case.get("publicity_ends_on"),
        case.get("approved_on") or district.get("designated_on"),
        district.get("last_day"),
        None,
    )
    return [str(day or "") for day in days]


__all__ = ["STEPS", "RoadStep", "road"]
