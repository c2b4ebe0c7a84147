"""Judging the conditions of 四（二） that no rule decides: all of them on one page, each answered by itself."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.conditions import ExplainedCondition, shown_conditions
from services.portal.desks.reviewing.fields import stand_at
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingPage:
    """The page: what is to be judged, and what the rules decided."""

    case: Row
    to_judge: Sequence[ExplainedCondition]
    decided: Sequence[ExplainedCondition]


@pages.get("/cases/{case_id}/judgements", include_in_schema=False)
async def show(case_id: str, visitor: Officer) -> Response:
    return await _page(visitor, case_id)


@pages.post("/cases/{case_id}/judgements", include_in_schema=False)
async def judge(case_id: str, visitor: OfficerSends) -> Response:
    about = within("cases", case_id)
    rows = await visitor.get("review", f"{about}/conditions")
    for body in judgements_in(visitor.form, rows):
        condition = body["condition"]
        if not await visitor.act("review", f"{about}/judgements", body, part=condition):
            stand_at(visitor, partial(_field_of, condition))
            return await _page(visitor, case_id)
    return visitor.go(f"/cases/{case_id}", "判断已记录。", "The judgements are recorded.")


def judgements_in(sent: SentForm, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What was judged: a condition that was left as it stands is not judged again."""
    found = []
    for row in rows:
        met, reason = sent.text(f"met.{row['key']}"), sent.text(f"reason.{row['key']}")
        before = {True: "yes", False: "no"}.get(row["judged_met"], "")
        if met and (met, reason) != (before, row["judgement"] or ""):
            found.append({"condition": row["key"], "met": met == "yes", "reason": reason})
    return found


def _field_of(condition: str, field: str) -> str:
    return f"{'reason' if field == 'reason' else 'met'}.{condition}"


async def _page(visitor: Visitor, case_id: str) -> Response:
    about = within("cases", case_id)
    case, rows = await gather(visitor.get("review", about), visitor.get("review", f"{about}/conditions"))
    by_a_person = {row["key"] for row in rows if row["outcome"] == "needs_judgement"}
    conditions = shown_conditions(rows)
    view = JudgingPage(
        case=case,
        to_judge=[each for each in conditions if each.key in by_a_person],
        decided=[each for each in conditions if each.key not in by_a_person],
    )
    return visitor.page("reviewing/judgements.html", view)


__all__ = ["JudgingPage", "judgements_in", "pages"]
