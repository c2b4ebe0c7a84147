"""The pages of a story: as part of a case, and as an auditor reads it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from services.portal.desks.desk.showing import shown_todo
from services.portal.desks.story.showing import StoryPage, Until, shown_step, stage_of
from services.portal.frame.access import Person, person, portal_of
from services.portal.frame.visitor import Visitor
from services.portal.reading.scope import INSIDE
from services.portal.reading.story import find_case, span_of, story_of
from services.portal.reading.todos import of_a_case
from shared.contracts.core import Role
from shared.service.http.problems import Problem
from shared.service.http.routes import router

pages = router()
Auditor = Annotated[Visitor, Depends(person(Role.AUDITOR, Role.OPERATOR))]
DayAsked = Annotated[str, Query(max_length=10)]


@pages.get("/{room}/{case_id}/story", include_in_schema=False)
async def story(
    request: Request, room: Literal["applications", "cases", "districts"], case_id: UUID, visitor: Person
) -> Response:
    view = await _story(request, visitor, str(case_id), f"/{room}/{case_id}", Until())
    return visitor.page("story/story.html", view)


@pages.get("/audit/{case_id}", include_in_schema=False)
async def audit(
    request: Request, case_id: UUID, visitor: Auditor, effective: DayAsked = "", recorded: DayAsked = ""
) -> Response:
    until = Until(_day(effective), _day(recorded))
    view = await _story(request, visitor, str(case_id), "/audit", until)
    return visitor.page("story/audit.html", view)


async def _story(request: Request, visitor: Visitor, case_id: str, back: str, until: Until) -> StoryPage:
    actor = visitor.actor
    assert actor is not None
    async with portal_of(request).reading(visitor) as connection:
        case = await find_case(connection, case_id, actor, visitor.today)
        if case is None:
            raise _absent()
        rows = await story_of(connection, case_id, actor)
        first, last = await span_of(connection, case_id)
        waits = await of_a_case(connection, case_id, actor, visitor.today)
    inside = actor.has(*INSIDE)
    return StoryPage(
        case_id=case_id,
        county=case["county_name"],
        stage=stage_of(case),
        back=back,
        waits=[shown_todo(row, actor.roles, visitor.today) for row in waits],
        steps=[shown_step(row, case, until, inside=inside) for row in rows],
        until=until,
        first=first,
        last=last,
        inside=inside,
    )


def _day(text: str) -> date | None:
    """A day that was asked for; what is none leaves the story whole."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _absent() -> Problem:
    return Problem(
        404,
        "case-is-known",
        "There is no such case among those you may see",
        title_zh="您可以查阅的办件中没有该办件",
    )


__all__ = ["pages"]
