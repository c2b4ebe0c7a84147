"""Convening the panel: who is suggested, who may not sit and why, who is named anew."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.reviewing.fields import stand_at
from services.portal.desks.reviewing.seats import (
    MOST,
    RESERVES,
    Named,
    Seat,
    blank_row,
    chosen,
    suggested,
    typed_newcomers,
    typed_seats,
)
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.frame.visitor import Visitor
from shared.programme.divisions import County, counties
from shared.programme.policy import policy
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
DO = "_do"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPage:
    """The page. ``barred`` are candidates with a conflict; ``newcomers`` rows of experts who are named anew."""

    case: Row
    size: int
    seats: Sequence[Seat]
    barred: Sequence[Row]
    newcomers: Sequence[Named]
    more: bool
    counties: Sequence[County]


@pages.get("/cases/{case_id}/panel", include_in_schema=False)
async def show(case_id: str, visitor: Officer) -> Response:
    return await _page(visitor, case_id)


@pages.post("/cases/{case_id}/panel", include_in_schema=False)
async def convene(case_id: str, visitor: OfficerSends) -> Response:
    about = within("cases", case_id, "panel")
    if visitor.form.text(DO):
        visitor.resumed = True
        return await _page(visitor, case_id, one_more=visitor.form.text(DO) == "add")
    named = chosen(await visitor.get("review", f"{about}/candidates"), visitor.form)
    body = {"experts": named.experts, "reserves": named.reserves}
    if not await visitor.act("review", about, body):
        stand_at(visitor, named.field_of)
        return await _page(visitor, case_id)
    return visitor.go(
        f"/cases/{case_id}", "专家组已组建，专家会收到通知。", "The panel is convened; the experts are told."
    )


async def _page(visitor: Visitor, case_id: str, *, one_more: bool = False) -> Response:
    about = within("cases", case_id)
    case, candidates = await gather(visitor.get("review", about), visitor.get("review", f"{about}/panel/candidates"))
    size = policy(case["policy_version"]).panel_size
    typed = bool(visitor.form.values)
    seats = typed_seats(candidates, visitor.form) if typed else suggested(candidates, size)
    newcomers = typed_newcomers(visitor.form) if typed else [blank_row() for _ in range(size + RESERVES - len(seats))]
    barred = [each for each in candidates if each["conflict"]]
    view = PanelPage(
        case=case,
        size=size,
        seats=seats,
        barred=barred[:MOST],
        newcomers=[*newcomers, blank_row()] if one_more else newcomers,
        counties=counties(),
        more=len(candidates) - len(barred) > len(seats),
    )
    return visitor.page("reviewing/panel.html", view)


__all__ = ["PanelPage", "pages"]
