"""The districts that concern a person: where each stands and what is due; and what is late in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from fastapi.responses import Response

from services.portal.desks.term.due import DueThing, late_things, next_due
from services.portal.desks.term.seen import DistrictSeen, Row, district_of
from services.portal.desks.term.who import Official
from services.portal.desks.term.words import STANDINGS, Pair
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.programme.divisions import counties
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """A district in a list, and what is due in it next."""

    district: DistrictSeen
    due: DueThing | None


@dataclass(frozen=True, slots=True)
class LateLine:
    """A district in which something is late, and what."""

    district: DistrictSeen
    late: Sequence[DueThing]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictList:
    """The list: what it was narrowed to, and the paths of the pages before and after."""

    lines: Sequence[DistrictLine]
    status: str
    county: str
    counties: Sequence[tuple[str, str]]
    narrowed: bool
    before: str
    after: str
    looks_over_others: bool

    @property
    def standings(self) -> dict[str, Pair]:
        """What a list can be narrowed to."""
        return STANDINGS


@pages.get("/districts", include_in_schema=False)
async def districts(
    visitor: Official,
    status: Annotated[str, Query(max_length=40)] = "",
    county: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Exact, Query(ge=1, le=2000)] = 1,
) -> Response:
    """The districts that concern this person, newest first."""
    asked = {"status": status if status in STANDINGS else "", "county": county}
    rows = await _rows(visitor, page, **asked)
    shown = DistrictList(
        lines=lines_of(rows[:A_PAGE], visitor.today),
        **asked,
        counties=[(each.code, f"{each.prefecture} {each.name}") for each in counties()],
        narrowed=any(asked.values()),
        before=_page_of(asked, page - 1) if page > 1 else "",
        after=_page_of(asked, page + 1) if len(rows) > A_PAGE else "",
        looks_over_others=visitor.is_(Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD),
    )
    return visitor.page("term/districts.html", shown)


@pages.get("/districts/late", include_in_schema=False)
async def late(visitor: Official) -> Response:
    """What is late in the districts that concern this person."""
    rows = await visitor.get("lifecycle", "/districts", late=True, limit=200)
    return visitor.page("term/late.html", late_lines(rows, visitor.today))


def lines_of(rows: Sequence[Row], today: date) -> list[DistrictLine]:
    """Districts with what is due in each."""
    return [DistrictLine(district, next_due(district, today)) for district in map(district_of, rows)]


def late_lines(rows: Sequence[Row], today: date) -> list[LateLine]:
    """Districts with what is late in each, the longest late first."""
    lines = [LateLine(district, late_things(district, today)) for district in map(district_of, rows)]
    return sorted(lines, key=lambda line: line.late[0].on if line.late else date.max)


async def _rows(visitor: Visitor, page: int, **asked: Any) -> list[Row]:
    rows: list[Row] = await visitor.get(
        "lifecycle", "/districts", **asked, limit=A_PAGE + 1, offset=(page - 1) * A_PAGE
    )
    return rows


def _page_of(asked: dict[str, str], page: int) -> str:
    query = {name: value for name, value in asked.items() if value}
    return "/districts?" + urlencode(query | ({"page": page} if page > 1 else {}))


__all__ = ["DistrictLine", "DistrictList", "LateLine", "late_lines", "lines_of", "pages"]
