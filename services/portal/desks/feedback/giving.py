"""What was handled for an applicant, and saying how satisfied they are with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.feedback.showing import SERVED, ShownHandling, handlings_of
from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor
from shared.programme.policy import policy_in_force
from shared.service.http.problems import Problem
from shared.service.http.routes import router

pages = router()
Served = Annotated[Visitor, Depends(person(*SERVED))]
ServedSends = Annotated[Visitor, Depends(sending(*SERVED))]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledInCase:
    """Everything that was handled in a case, the newest first."""

    case_id: str
    handlings: Sequence[ShownHandling]
    days: int


@pages.get("/feedback/{case_id}", include_in_schema=False)
async def of_case(case_id: UUID, visitor: Served) -> Response:
    handlings = await handlings_of(visitor, str(case_id))
    days = policy_in_force(visitor.today).feedback_working_days
    return visitor.page("feedback/case.html", HandledInCase(case_id=str(case_id), handlings=handlings, days=days))


@pages.get("/feedback/{case_id}/{handling_id}", include_in_schema=False)
async def of_handling(case_id: UUID, handling_id: UUID, visitor: Served) -> Response:
    return await _page(visitor, str(case_id), str(handling_id))


@pages.post("/feedback/{case_id}/{handling_id}", include_in_schema=False)
async def give(case_id: UUID, handling_id: UUID, visitor: ServedSends) -> Response:
    body = {name: visitor.form.text(name) for name in ("level", "words")}
    if not await visitor.act("office", within("handlings", str(handling_id), "feedback"), body):
        return await _page(visitor, str(case_id), str(handling_id))
    return visitor.go(f"/feedback/{case_id}", "评价已收到，谢谢。", "Your feedback was received. Thank you.")


async def _page(visitor: Visitor, case_id: str, handling_id: str) -> Response:
    handlings = await handlings_of(visitor, case_id)
    found = next((each for each in handlings if each.handling_id == handling_id), None)
    if found is None:
        raise Problem(404, "handling-exists", "Nothing of this case is to be rated here", title_zh="没有可评价的事项")
    return visitor.page("feedback/handling.html", found)


__all__ = ["pages"]
