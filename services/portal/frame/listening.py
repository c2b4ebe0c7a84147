"""Where an open page listens for news: one stream a browser, of whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.responses import Response

from services.portal.frame.access import portal_of
from services.portal.frame.portal import SESSION
from services.portal.frame.visitor import PAGE_HEADERS
from services.portal.live.listening import ENDED
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()
LARGEST = 2**63 - 1


@pages.get("/live", include_in_schema=False)
async def live(
    request: Request,
    after: Annotated[int, Exact, Query(ge=0, le=LARGEST)] = 0,
    last_event_id: Annotated[str, Header(alias="Last-Event-ID", pattern=r"^\d{0,18}$")] = "",
) -> Response:
    portal = portal_of(request)
    cookie = request.cookies.get(SESSION)
    session = await portal.sessions.find(cookie, noted=False) if cookie else None
    if session is None:
        return Response(ENDED, media_type="text/event-stream", headers=PAGE_HEADERS)
    events = portal.live.listen(session, int(last_event_id) if last_event_id else after)
    return portal.live.readers.answer(session.key.hex(), events)


__all__ = ["pages"]
