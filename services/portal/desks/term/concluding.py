"""The conclusion of an assessment: points, and the events that they rest on, chosen from the time line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fastapi.responses import Response

from services.portal.calling.explanation import PlainProblem, Remark
from services.portal.desks.term import acts
from services.portal.desks.term.act_page import done, open_page, send
from services.portal.desks.term.who import Official, OfficialSends
from services.portal.frame.forms import SentForm
from shared.service.http.routes import router

pages = router()
_PLACE = re.compile(r"evidence\.(\d+)(\..*)")
MOST = 1000
"""Events that a page offers."""


@pages.get("/districts/{case_id}/assessment/conclusion", include_in_schema=False)
async def conclusion(visitor: Official, case_id: str) -> Response:
    return visitor.page("term/conclusion.html", await open_page(visitor, case_id, acts.CONCLUDE))


@pages.post("/districts/{case_id}/assessment/conclusion", include_in_schema=False)
async def conclude(visitor: OfficialSends, case_id: str) -> Response:
    """Conclude the assessment."""
    form = visitor.form
    chosen = chosen_places(form)
    body = {
        **{name: form.text(name) for name in ("thinking", "practice")},
        "evidence": [
            {"event_id": form.text(f"evidence.{place}.event_id"), "shows": form.text(f"evidence.{place}.shows")}
            for place in chosen
        ],
    }
    if await send(visitor, case_id, "/assessment/conclusion", body):
        return done(visitor, case_id, ("期满考核结果已作出。", "The assessment is concluded."))
    if visitor.explanation is not None:
        visitor.explanation = at_their_places(visitor.explanation, chosen)
    return await conclusion(visitor, case_id)


def chosen_places(form: SentForm) -> list[int]:
    """Which of the events on the page were ticked."""
    return [place for place in range(MOST) if form.ticked(f"evidence.{place}.event_id")]


def at_their_places(explanation: PlainProblem, chosen: Sequence[int]) -> PlainProblem:
    """A refusal whose remarks stand at the events as the page has them: only those ticked were sent."""
    return replace(explanation, remarks=tuple(_at_its_place(remark, chosen) for remark in explanation.remarks))


def _at_its_place(remark: Remark, chosen: Sequence[int]) -> Remark:
    found = _PLACE.fullmatch(remark.field)
    if found is None or int(found[1]) >= len(chosen):
        return remark
    return replace(remark, field=f"evidence.{chosen[int(found[1])]}{found[2]}")


__all__ = ["at_their_places", "chosen_places", "pages"]
