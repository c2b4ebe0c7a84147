"""The pages of a search: for everybody within what they may see, and for auditors, who go on to a case's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from services.portal.desks.search.saved import drop, keep, saved_searches
from services.portal.desks.search.text import wanted_by
from services.portal.desks.story.pages import Auditor
from services.portal.desks.words import STAGES, Bilingual
from services.portal.frame.access import Person, PersonSends, portal_of
from services.portal.frame.visitor import Visitor
from services.portal.reading.search import find_cases
from services.portal.reading.todos import Found
from shared.contracts.core import Role
from shared.programme.values.writing import unplain
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()
LONGEST: Final = 200
Typed = Annotated[str, Query(alias="q", max_length=LONGEST)]
PageNumber = Annotated[int, Exact, Query(ge=1, le=4000)]


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that was found."""

    path: str
    county: str
    stage: Bilingual
    over: bool
    key_unit: str
    document_number: str
    moved_on: date


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was looked for and found; ``earlier`` and ``later`` lead to the pages around it, where there are any.
    ``saved`` are the searches that this person keeps."""

    text: str
    action: str
    found: Sequence[FoundCase]
    earlier: str
    later: str
    saved: Sequence[str]


@pages.get("/search", include_in_schema=False)
async def search(request: Request, visitor: Person, text: Typed = "", page: PageNumber = 1) -> Response:
    return visitor.page("search/search.html", await _found(request, visitor, "/search", text, page))


@pages.get("/audit", include_in_schema=False)
async def audit(request: Request, visitor: Auditor, text: Typed = "", page: PageNumber = 1) -> Response:
    return visitor.page("search/search.html", await _found(request, visitor, "/audit", text, page))


@pages.post("/search/saved", include_in_schema=False)
async def save(request: Request, visitor: PersonSends) -> Response:
    assert visitor.actor is not None
    text = visitor.form.text("q")
    if text and len(text) <= LONGEST and not unplain(text, line=True):
        await keep(portal_of(request).service, visitor.actor.subject, text)
    return visitor.go(_page("/search", text, 1), "已保存到“常用”。", "Kept among those often used.")


@pages.post("/search/saved/removal", include_in_schema=False)
async def remove(request: Request, visitor: PersonSends) -> Response:
    assert visitor.actor is not None
    await drop(portal_of(request).service, visitor.actor.subject, visitor.form.text("q"))
    return visitor.go("/search", "已从“常用”移除。", "No longer kept.")


async def _found(request: Request, visitor: Visitor, action: str, text: str, page: int) -> SearchPage:
    assert visitor.actor is not None
    async with portal_of(request).reading(visitor) as connection:
        rows, more = await find_cases(connection, visitor.actor, visitor.today, wanted_by(text), page)
    roles, subject = visitor.actor.roles, visitor.actor.subject
    return SearchPage(
        text=text,
        action=action,
        found=[found_case(row, "audit" if action == "/audit" else _room(row, roles)) for row in rows],
        earlier=_page(action, text, page - 1) if page > 1 else "",
        later=_page(action, text, page + 1) if more else "",
        saved=await saved_searches(portal_of(request).service, subject),
    )


def found_case(row: Found, room: str) -> FoundCase:
    """A line of what was found."""
    return FoundCase(
        path=f"/{room}/{row['case_id']}",
        county=row["county_name"],
        stage=STAGES[row["stage"]],
        over=row["over"],
        key_unit=row["key_unit"],
        document_number=row["document_number"],
        moved_on=row["moved_on"],
    )


def _room(row: Found, roles: frozenset[Role]) -> str:
    if Role.EXPERT in roles:
        return "assignments"
    return {"intake": "applications", "review": "cases", "lifecycle": "districts"}[row["service"]]


def _page(action: str, text: str, page: int) -> str:
    return f"{action}?{urlencode({'q': text, 'page': page})}"


__all__ = ["pages"]
