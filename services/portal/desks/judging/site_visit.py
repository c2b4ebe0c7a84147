"""The site visit, on a phone: a form that works without scripts. With them, what is typed and photographed stays in
the browser until it has been sent (``static/visit.js``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from services.portal.calling.explanation import AWAY
from services.portal.calling.services import within
from services.portal.desks.judging.assignments import to_declare
from services.portal.desks.judging.visits import (
    ChecklistLine,
    answered,
    checklist_lines,
    report_of,
    stored_photographs,
)
from services.portal.frame.access import person, portal_of, sending
from services.portal.frame.visitor import PAGE_HEADERS, Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
_WHO_VISITS = (Role.EXPERT, Role.PROVINCE, Role.PROVINCE_LEAD)
OnSiteVisitor = Annotated[Visitor, Depends(person(*_WHO_VISITS))]
OnSiteVisitorSends = Annotated[Visitor, Depends(sending(*_WHO_VISITS))]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVisitPage:
    """``outbox`` names the drafts and photographs of this person for this case in their browser. ``sends`` is whether
    review takes the report from them: officers, and experts who are named to visit. Another expert keeps notes, and
    hands them over as files."""

    case: Row
    visit: Row | None
    lines: Sequence[ChecklistLine]
    photographs: Sequence[Row]
    reported: bool
    sends: bool
    outbox: str
    back: str


@pages.get("/assignments/worker.js", include_in_schema=False)
async def worker(request: Request) -> Response:
    """The service worker of the page of a visit: its address says for which pages it works."""
    file = portal_of(request).rendering.static_folder / "visit-worker.js"
    return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@pages.get("/assignments/{case_id}/visit", include_in_schema=False)
async def visit(case_id: str, visitor: OnSiteVisitor) -> Response:
    if visitor.is_(Role.EXPERT) and await to_declare(visitor, case_id):
        return visitor.go(f"/assignments/{case_id}")
    return await _page(visitor, case_id, [])


@pages.post("/assignments/{case_id}/visit", include_in_schema=False)
async def report(case_id: str, visitor: OnSiteVisitorSends) -> Response:
    photographs = stored_photographs(visitor.form)
    for file in visitor.form.files.get("file", ()):
        stored = await _keep(visitor, case_id, file.filename or "", file.file)
        if stored is None:
            return await _page(visitor, case_id, photographs)
        photographs.append(stored)
    body = report_of(visitor.form, photographs)
    if not await visitor.act("review", within("cases", case_id, "site-visit", "report"), body):
        return await _page(visitor, case_id, photographs)
    return visitor.go(f"/assignments/{case_id}/visit", "考察报告已提交。", "The visit is reported.")


@pages.post("/assignments/{case_id}/visit/photographs", include_in_schema=False)
async def photograph(case_id: str, visitor: OnSiteVisitorSends) -> Response:
    """Keep one photograph: the outbox sends them one by one, and is told where each is kept."""
    file = visitor.form.file("file")
    stored = await _keep(visitor, case_id, file.filename or "", file.file) if file else None
    if stored is None:
        said = visitor.explanation or AWAY
        words = visitor.t(said.title_zh, said.title)
        return JSONResponse({"said": words}, said.status if visitor.explanation else 422, PAGE_HEADERS)
    return JSONResponse(stored, 201, PAGE_HEADERS)


async def _keep(visitor: Visitor, case_id: str, name: str, content: Any) -> dict[str, Any] | None:
    sent = visitor.services.upload(
        visitor.sender,
        "review",
        within("cases", case_id, "photographs"),
        {},
        (name, content),
        key=visitor.form.key,
    )
    answer = await visitor.attempt(sent)
    return dict(answer.body) if answer else None


async def _page(visitor: Visitor, case_id: str, photographs: Sequence[Row]) -> Response:
    about = within("cases", case_id)
    case = await visitor.get("review", about)
    planned = await visitor.get("review", f"{about}/site-visit")
    reported = bool(planned and planned["visited_on"])
    version = case["policy_version"]
    view = SiteVisitPage(
        case=case,
        visit=planned,
        lines=answered(version, planned["checklist"]) if reported else checklist_lines(version, visitor.form),
        photographs=planned["photographs"] if reported else photographs,
        reported=reported,
        sends=bool(planned and planned["may_report"]),
        outbox=f"{visitor.actor.subject if visitor.actor else ''} {case_id}",
        back=f"/assignments/{case_id}" if visitor.is_(Role.EXPERT) else f"/cases/{case_id}",
    )
    return visitor.page("judging/visit.html", view)


__all__ = ["pages"]
