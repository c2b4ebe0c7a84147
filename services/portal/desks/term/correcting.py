"""The correction of a record: which event, which of its facts, and what is right. The mistaken event stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send
from services.portal.desks.term.events import RecordedFact, TermEvent
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
FIELDS = ("corrects", "field", "was", "now", "why", "on_word_of")
Named = Annotated[str, Query(max_length=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordToCorrect:
    """How far the choice has come: an event, and one of its facts."""

    event: TermEvent | None
    fact: RecordedFact | None


@pages.get("/districts/{case_id}/record-correction", include_in_schema=False)
async def correction(visitor: Official, case_id: str, event: Named = "", fact: Named = "") -> Response:
    return await _page(visitor, case_id, event, fact)


@pages.post("/districts/{case_id}/record-correction", include_in_schema=False)
async def correct(visitor: OfficialSends, case_id: str) -> Response:
    """Correct one fact by a further event."""
    body = {name: visitor.form.text(name) for name in FIELDS}
    if not await send(visitor, case_id, "/record-correction", body):
        return await _page(visitor, case_id, body["corrects"], body["field"])
    return done(visitor, case_id, ("记录已更正，原记录保留。", "The record is corrected; the old entry stays."))


async def _page(visitor: Visitor, case_id: str, event_id: str, fact: str) -> Response:
    page = await open_page(visitor, case_id, acts.CORRECT)
    return visitor.page("term/correction.html", replace(page, about=chosen(page.events, event_id, fact)))


def chosen(events: Sequence[TermEvent], event_id: str, fact: str) -> RecordToCorrect:
    """What was chosen so far; what there is not, was not chosen."""
    event = next((each for each in events if each.event_id == event_id), None)
    found = next((each for each in event.facts if each.name == fact), None) if event else None
    return RecordToCorrect(event=event, fact=found)


__all__ = ["RecordToCorrect", "chosen", "pages"]
