"""The score sheet: points for each criterion, their weighted sum, a recommendation, a comment. It is given once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.judging.assignments import PanelExpert, PanelExpertSends, to_declare
from services.portal.desks.judging.sheets import SheetLine, sheet_lines, weighted_sum
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
RECKON = "_reckon"
"""The button that shows the sum and sends nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheetPage:
    """``total`` is the sum of what is typed, once every criterion has its points."""

    case: Mapping[str, Any]
    lines: Sequence[SheetLine]
    total: Decimal | None
    recommended: str
    comment: str


@pages.get("/assignments/{case_id}/score-sheet", include_in_schema=False)
async def blank_sheet(case_id: str, visitor: PanelExpert) -> Response:
    if await to_declare(visitor, case_id):
        return visitor.go(f"/assignments/{case_id}")
    return await _page(visitor, case_id)


@pages.post("/assignments/{case_id}/score-sheet", include_in_schema=False)
async def give_sheet(case_id: str, visitor: PanelExpertSends) -> Response:
    if await to_declare(visitor, case_id):
        return visitor.go(f"/assignments/{case_id}")
    if visitor.form.ticked(RECKON):
        return await _page(visitor, case_id)
    if not await visitor.act("review", within("cases", case_id, "score-sheet"), sheet_of(visitor)):
        return await _page(visitor, case_id)
    return visitor.go(
        f"/assignments/{case_id}",
        "评分表已提交。全部收齐后可以看到其他专家的评分。",
        "Your sheet is in. You will see the others' once all are in.",
    )


def sheet_of(visitor: Visitor) -> dict[str, Any]:
    """What was typed, as review takes it."""
    form = visitor.form
    body: dict[str, Any] = {
        "scores": [{"criterion": key, "points": points} for key, points in _typed(visitor).items()],
        "comment": form.text("comment"),
    }
    chosen = {"true": True, "false": False}.get(form.text("recommended"))
    return body if chosen is None else body | {"recommended": chosen}


async def _page(visitor: Visitor, case_id: str) -> Response:
    case = await visitor.get("review", within("cases", case_id))
    typed = _typed(visitor)
    view = ScoreSheetPage(
        case=case,
        lines=sheet_lines(case["policy_version"], typed),
        total=weighted_sum(case["policy_version"], typed),
        recommended=visitor.form.text("recommended"),
        comment=visitor.form.text("comment"),
    )
    return visitor.page("judging/score_sheet.html", view)


def _typed(visitor: Visitor) -> dict[str, str]:
    """The points by criterion, in the order of the page."""
    form = visitor.form
    typed: dict[str, str] = {}
    while key := form.text(f"scores.{len(typed)}.criterion"):
        points = form.text(f"scores.{len(typed)}.points")
        if key in typed:
            break
        typed[key] = points
    return typed


__all__ = ["pages", "sheet_of"]
