"""The page of the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from services.portal.calling.explanation import NotDone
from services.portal.desks.desk.at_office import at_office
from services.portal.desks.desk.showing import CountedSearch, Signed, checkpoint_said, desk_page
from services.portal.desks.search.saved import saved_searches
from services.portal.desks.search.text import wanted_by
from services.portal.frame.access import Person, portal_of
from services.portal.frame.visitor import Visitor
from services.portal.reading.search import find_cases
from services.portal.reading.todos import OnTheDesk, on_the_desk
from shared.service.http.routes import router

pages = router()
MOST_KEPT: Final = 6
"""Searches that a desk counts."""


@pages.get("/desk", include_in_schema=False)
async def desk(request: Request, visitor: Person) -> Response:
    assert visitor.actor is not None
    (found, kept), signed, elsewhere = await asyncio.gather(
        _work(request, visitor), _signed(visitor), at_office(visitor)
    )
    view = desk_page(found, visitor.actor.roles, visitor.today, signed, elsewhere.to_me, kept=kept)
    view = replace(view, letters=elsewhere.letters, feedback=elsewhere.feedback)
    return visitor.page("desk/desk.html", view)


async def _work(request: Request, visitor: Visitor) -> tuple[OnTheDesk, Sequence[CountedSearch]]:
    """What there is to do, and how many cases each search has that this person keeps: a page of each is looked at."""
    actor, portal = visitor.actor, portal_of(request)
    assert actor is not None
    saved = await saved_searches(portal.service, actor.subject)
    async with portal.reading(visitor) as connection:
        found = await on_the_desk(connection, actor, visitor.today, portal.counts, portal.live.reached)
        kept = []
        for text in saved[:MOST_KEPT]:
            rows, more = await find_cases(connection, actor, visitor.today, wanted_by(text))
            kept.append(CountedSearch(text, len(rows), more))
    return found, kept


async def _signed(visitor: Visitor) -> Signed | None:
    """The newest checkpoint; none where the notary cannot say it: a desk opens all the same."""
    try:
        return await visitor.known("notary", "/checkpoint", checkpoint_said)
    except NotDone:
        return None


__all__ = ["pages"]
