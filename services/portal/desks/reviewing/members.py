"""The seats of a convened panel: taking an expert off it, and filling a seat that no reserve was left for."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.reviewing.fields import nearest, stand_at
from services.portal.desks.reviewing.seats import EXPERT, MOST, Named, free_of_conflict
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.frame.visitor import Visitor
from shared.programme.divisions import County, counties
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
_FIELDS = ("expert_id", "reason", "seat", "replacement", *(f"replacement.{name}" for name in EXPERT))


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersPage:
    """The page. ``empty`` are recused experts in whose place nobody sits; ``free`` may be asked; ``newcomer`` is whom
    somebody named anew."""

    case: Row
    sitting: Sequence[Row]
    empty: Sequence[Row]
    free: Sequence[Row]
    newcomer: Named
    counties: Sequence[County]


@pages.get("/cases/{case_id}/panel/members", include_in_schema=False)
async def show(case_id: str, visitor: Officer) -> Response:
    return await _page(visitor, case_id)


@pages.post("/cases/{case_id}/panel/recusal", include_in_schema=False)
async def recuse(case_id: str, visitor: OfficerSends) -> Response:
    body = {"expert_id": visitor.form.text("expert_id"), "reason": visitor.form.text("reason")}
    if not await visitor.act("review", within("cases", case_id, "panel", "recusal"), body):
        return await _page(visitor, case_id)
    return visitor.go(f"/cases/{case_id}", "该专家已回避。", "The expert is off the panel.")


@pages.post("/cases/{case_id}/panel/replacement", include_in_schema=False)
async def replace_expert(case_id: str, visitor: OfficerSends) -> Response:
    about = within("cases", case_id, "panel")
    candidates = await visitor.get("review", f"{about}/candidates")
    body = {"expert_id": visitor.form.text("seat"), "replacement": _replacement(visitor, candidates)}
    if not await visitor.act("review", f"{about}/replacement", body):
        find = nearest(_FIELDS)
        stand_at(visitor, lambda field: "seat" if field == "expert_id" else find(field))
        return await _page(visitor, case_id)
    return visitor.go(f"/cases/{case_id}", "席位已由替补专家接替。", "The seat is filled.")


def empty_seats(panel: Sequence[Row]) -> list[Row]:
    """Those who left the panel and in whose place nobody came."""
    filled = {member["replaces"] for member in panel}
    return [each for each in panel if each["standing"] == "recused" and each["expert_id"] not in filled]


def _replacement(visitor: Visitor, candidates: Sequence[Row]) -> Named:
    """Who was chosen from the list, or named anew."""
    chosen = visitor.form.text("replacement")
    known = next((each for each in candidates if each["expert_id"] == chosen), None)
    if known is not None:
        return {name: known[name] for name in EXPERT}
    return {name: visitor.form.text(f"replacement.{name}") for name in EXPERT}


async def _page(visitor: Visitor, case_id: str) -> Response:
    about = within("cases", case_id)
    case, panel, candidates = await gather(
        visitor.get("review", about),
        visitor.get("review", f"{about}/panel"),
        visitor.get("review", f"{about}/panel/candidates"),
    )
    on_it = {member["expert_id"] for member in panel if member["standing"] != "reserve"}
    view = MembersPage(
        case=case,
        sitting=[member for member in panel if member["standing"] in {"member", "reserve"}],
        empty=empty_seats(panel),
        free=[each for each in free_of_conflict(candidates) if each["expert_id"] not in on_it][:MOST],
        newcomer={name: visitor.form.text(f"replacement.{name}") for name in EXPERT},
        counties=counties(),
    )
    return visitor.page("reviewing/members.html", view)


__all__ = ["MembersPage", "empty_seats", "pages"]
