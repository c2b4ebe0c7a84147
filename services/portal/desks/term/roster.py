"""The page on which a district states its institutions as of a day."""

from __future__ import annotations

from dataclasses import replace

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.rosters import at_their_lines, institutions_of, listed
from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.desks.words import Bilingual
from shared.service.http.routes import router

pages = router()


@pages.get("/districts/{case_id}/roster", include_in_schema=False)
async def roster(visitor: Official, case_id: str) -> Response:
    page = await open_page(visitor, case_id, acts.ROSTER)
    stated = await visitor.get("lifecycle", within("districts", case_id, "rosters"))
    return visitor.page("term/roster.html", replace(page, about=(stated[-1], listed(stated[-1]["institutions"]))))


@pages.post("/districts/{case_id}/roster", include_in_schema=False)
async def state_roster(visitor: OfficialSends, case_id: str) -> Response:
    """State the institutions as of a day."""
    text = visitor.form.text("institutions")
    body = {"as_of": visitor.form.text("as_of"), "institutions": institutions_of(text)}
    if await send(visitor, case_id, "/roster", body):
        return done(visitor, case_id, Bilingual("机构名录已更新。", "The roster is on record."))
    if visitor.explanation is not None:
        visitor.explanation = at_their_lines(visitor.explanation, text, "institutions")
    return await roster(visitor, case_id)


__all__ = ["pages"]
