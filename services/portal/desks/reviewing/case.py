"""The page of a case, for every role: the road, whose turn it is, what is known, and what this person can do now."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.conditions import ExplainedCondition, shown_conditions
from services.portal.desks.feedback.showing import AskedOnCase, asked_on_case
from services.portal.desks.packet import ShownPacket, shown_packet
from services.portal.desks.reviewing.acts import Act, acts_of
from services.portal.desks.reviewing.holding import HoldingAct, holding_acts_of
from services.portal.desks.reviewing.stages import STAGES
from services.portal.desks.road import RoadStep, road
from services.portal.desks.turn import Turn, turn_of
from services.portal.frame.access import Person
from services.portal.frame.passing_on import passed_on
from services.portal.frame.visitor import Visitor
from services.portal.reading.scope import INSIDE
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What the page of a case shows. What is not for this person is ``None`` or empty; ``holding`` is what they may do
    with who holds it, ``feedback`` what applicants are asked."""

    case: Row
    stage: tuple[str, str]
    road: Sequence[RoadStep]
    turn: Turn | None
    acts: Sequence[Act]
    conditions: Sequence[ExplainedCondition]
    packet: ShownPacket
    panel: Sequence[Row]
    sheets: Row
    visit: Row | None
    objections: Sequence[Row]
    in_term: bool
    holding: Sequence[HoldingAct] | None
    feedback: AskedOnCase | None


@pages.get("/cases/{case_id}", include_in_schema=False)
async def case(case_id: str, visitor: Person) -> Response:
    """The whole case; an expert reads theirs where the declaration comes first."""
    if visitor.is_(Role.EXPERT):
        return visitor.go(f"/assignments/{case_id}")
    return visitor.page("reviewing/case.html", await _page(visitor, case_id))


@pages.get("/cases/{case_id}/documents/{sha256}", include_in_schema=False)
async def document(case_id: str, sha256: str, visitor: Person) -> Response:
    if visitor.is_(Role.EXPERT):
        return visitor.go(f"/assignments/{case_id}/documents/{sha256}")
    return await passed_on(visitor, "review", within("cases", case_id, "documents", sha256))


async def _page(visitor: Visitor, case_id: str) -> CaseView:
    about = within("cases", case_id)
    case, packet, conditions, panel, sheets, visit, objections, application, district, feedback = await gather(
        visitor.get("review", about),
        visitor.get("review", f"{about}/packet"),
        visitor.get("review", f"{about}/conditions"),
        visitor.seek("review", f"{about}/panel"),
        visitor.seek("review", f"{about}/score-sheets"),
        visitor.get("review", f"{about}/site-visit"),
        visitor.get("review", f"{about}/objections"),
        visitor.seek("intake", within("applications", case_id)),
        visitor.seek("lifecycle", within("districts", case_id)),
        asked_on_case(visitor, case_id),
    )
    explained = shown_conditions(conditions)
    return CaseView(
        case=case,
        stage=STAGES[case["stage"]],
        road=road(application=application, case=case, district=district),
        turn=turn_of(case, visitor.today),
        acts=acts_of(visitor, case, judged=all(each.kind != "soon" for each in explained)),
        conditions=explained,
        packet=_packet(case_id, packet, paper=case["paper"]),
        panel=panel or [],
        sheets=sheets or {"open": False, "sheets": []},
        visit=visit,
        objections=objections,
        in_term=district is not None,
        holding=holding_acts_of(visitor, case) if visitor.is_(*INSIDE) else None,
        feedback=feedback,
    )


def _packet(case_id: str, packet: Row, *, paper: bool) -> ShownPacket:
    return shown_packet(
        packet["packet_sha256"],
        packet["form"],
        packet["attachments"],
        packet["seals"],
        below=f"/cases/{case_id}/documents",
        awaited=() if paper else ("county", "key-unit"),
    )


__all__ = ["pages"]
