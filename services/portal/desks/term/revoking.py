"""The revocation of a title: written, then looked at once more, then decided."""

from __future__ import annotations

from fastapi.responses import Response

from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
FIELDS = ("document_number", "reasons", "statement_considered", "remedies")


@pages.get("/districts/{case_id}/revocation", include_in_schema=False)
async def revocation(visitor: Official, case_id: str) -> Response:
    return await _page(visitor, case_id, "term/revocation.html")


@pages.post("/districts/{case_id}/revocation/confirmation", include_in_schema=False)
async def confirm(visitor: OfficialSends, case_id: str) -> Response:
    """What would happen, before it does. Nothing is sent yet."""
    return await _page(visitor, case_id, "term/revocation_confirmed.html")


@pages.post("/districts/{case_id}/revocation", include_in_schema=False)
async def revoke(visitor: OfficialSends, case_id: str) -> Response:
    """Revoke the title, or go back to the writing."""
    written = {name: visitor.form.text(name) for name in FIELDS}
    if visitor.form.ticked("again"):
        return await _page(visitor, case_id, "term/revocation.html")
    if not await send(visitor, case_id, "/revocation", written):
        return await _page(visitor, case_id, "term/revocation.html")
    return done(visitor, case_id, ("称号已取消，决定已发出。", "The title is revoked, and the decision sent."))


async def _page(visitor: Visitor, case_id: str, template: str) -> Response:
    return visitor.page(template, await open_page(visitor, case_id, acts.REVOKE))


__all__ = ["pages"]
