"""An expert's cases, and a case: the declaration first, then what is to be read, and what was scored."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.conditions import ExplainedCondition, shown_conditions
from services.portal.desks.judging.duties import Duty, duty_of
from services.portal.desks.judging.sheets import GivenSheet, SheetLine, given_sheets, sheet_lines
from services.portal.desks.packet import ShownPacket, shown_packet
from services.portal.frame.access import person, sending
from services.portal.frame.passing_on import passed_on
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.programme.values.offices import Office
from shared.service.http.routes import router

pages = router()
PanelExpert = Annotated[Visitor, Depends(person(Role.EXPERT))]
PanelExpertSends = Annotated[Visitor, Depends(sending(Role.EXPERT))]
Row = Mapping[str, Any]
MOST = 200


@dataclass(frozen=True, slots=True)
class AssignmentsPage:
    """``due`` wait for this expert, ``others`` do not."""

    due: Sequence[Duty]
    others: Sequence[Duty]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPage:
    """A case as its expert reads it."""

    case: Row
    duty: Duty
    packet: ShownPacket
    conditions: Sequence[ExplainedCondition]
    lines: Sequence[SheetLine]
    sheets: Sequence[GivenSheet]
    open: bool
    own: GivenSheet | None
    visit: Row | None


@pages.get("/assignments", include_in_schema=False)
async def assignments(visitor: PanelExpert) -> Response:
    cases = await visitor.get("review", "/cases", limit=MOST)
    given = await gather(*(_has_given(visitor, case) for case in cases))
    duties = [duty_of(case, sheet, visitor.today) for case, sheet in zip(cases, given, strict=True)]
    view = AssignmentsPage([duty for duty in duties if duty.due], [duty for duty in duties if not duty.due])
    return visitor.page("judging/assignments.html", view)


async def _has_given(visitor: Visitor, case: Row) -> bool:
    """Whether this expert's sheet is in; asked only while sheets are collected, and once they declared themself."""
    if case["stage"] != "material-review":
        return True
    if case["to_declare"]:
        return False
    answer = await visitor.get("review", within("cases", case["case_id"], "score-sheets"))
    return any(sheet["expert_id"] == own_id(visitor) for sheet in answer["sheets"])


@pages.get("/assignments/{case_id}", include_in_schema=False)
async def assignment(case_id: str, visitor: PanelExpert) -> Response:
    return await _page(visitor, case_id)


@pages.post("/assignments/{case_id}/impartiality", include_in_schema=False)
async def no_conflict(case_id: str, visitor: PanelExpertSends) -> Response:
    if not await visitor.act("review", within("cases", case_id, "panel", "impartiality"), {}):
        return await _page(visitor, case_id)
    return visitor.go(f"/assignments/{case_id}", "已声明没有利害关系。", "You declared that nothing ties you to them.")


@pages.post("/assignments/{case_id}/conflict", include_in_schema=False)
async def conflict(case_id: str, visitor: PanelExpertSends) -> Response:
    body = {"reason": visitor.form.text("reason")}
    if not await visitor.act("review", within("cases", case_id, "panel", "conflict"), body):
        return await _page(visitor, case_id)
    return visitor.go(
        "/assignments", "已回避，该案不再由您评审。", "You have stepped back; the case is no longer yours to judge."
    )


@pages.get("/assignments/{case_id}/documents/{sha256}", include_in_schema=False)
async def document(case_id: str, sha256: str, visitor: PanelExpert) -> Response:
    if await to_declare(visitor, case_id):
        return visitor.go(f"/assignments/{case_id}")
    return await passed_on(visitor, "review", within("cases", case_id, "documents", sha256))


async def to_declare(visitor: Visitor, case_id: str) -> bool:
    """Whether this expert has yet to declare whether anything ties them to the applicants."""
    return bool((await visitor.get("review", within("cases", case_id)))["to_declare"])


async def _page(visitor: Visitor, case_id: str) -> Response:
    about = within("cases", case_id)
    case = await visitor.get("review", about)
    if case["to_declare"]:
        return visitor.page("judging/declaration.html", case)
    packet, conditions, sheets, panel, visit = await gather(
        visitor.get("review", f"{about}/packet"),
        visitor.get("review", f"{about}/conditions"),
        visitor.get("review", f"{about}/score-sheets"),
        visitor.get("review", f"{about}/panel"),
        visitor.get("review", f"{about}/site-visit"),
    )
    lines = sheet_lines(case["policy_version"], {})
    names = {member["expert_id"]: member["name"] for member in panel}
    given = given_sheets(sheets, lines, names, own_id(visitor))
    own = next((sheet for sheet in given if sheet.own), None)
    view = AssignmentPage(
        case=case,
        duty=duty_of(case, own is not None, visitor.today),
        packet=_packet(case_id, packet, paper=case["paper"]),
        conditions=shown_conditions(conditions),
        lines=lines,
        sheets=given,
        open=sheets["open"],
        own=own,
        visit=visit,
    )
    return visitor.page("judging/assignment.html", view)


def _packet(case_id: str, packet: Row, *, paper: bool) -> ShownPacket:
    return shown_packet(
        packet["packet_sha256"],
        packet["form"],
        packet["attachments"],
        packet["seals"],
        below=f"/assignments/{case_id}/documents",
        awaited=() if paper else ("county", "key-unit"),
    )


def own_id(visitor: Visitor) -> str:
    """The id of the expert who is signed in: their office is ``expert:<id>``."""
    return Office.parse(visitor.actor.office).code if visitor.actor else ""


__all__ = ["PanelExpert", "PanelExpertSends", "own_id", "pages", "to_declare"]
