"""The register's page, and the same as files and as a feed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.portal.frame.access import Anyone, portal_of
from services.portal.frame.visitor import PAGE_HEADERS, Visitor
from services.portal.window.register import files
from services.portal.window.register.asking import PAGE, AskedRegister, RegisterQuery, chosen, county_codes
from services.portal.window.register.columns import COLUMNS, RegisterColumn
from services.portal.window.register.entries import (
    CountedRegister,
    PublicRegister,
    RegisteredDistrict,
    Standing,
    prefectures,
    read_entries,
    read_figures,
    read_register,
)
from services.portal.window.register.tiles import PrefectureBlock, province
from shared.service.http.routes import router

pages = router()
MOST_IN_FEED = 50


@dataclass(frozen=True, slots=True)
class SortableHeading:
    """A column's heading: ``path`` sorts by it (empty: it cannot be sorted by); ``order`` is how it is sorted now."""

    column: RegisterColumn
    path: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """The register as it is shown."""

    asked: RegisterQuery
    entries: Sequence[RegisteredDistrict]
    found: int
    figures: Mapping[str, int]
    blocks: Sequence[PrefectureBlock]
    headings: Sequence[SortableHeading]
    prefectures: Sequence[tuple[str, str]]
    standings: Sequence[Standing]
    pages: int

    def file(self, ending: str) -> str:
        """The address of exactly these rows as a file."""
        return self.asked.address(f"/register.{ending}")

    def turn(self, by: int) -> str:
        """The address of an earlier or later page; empty where there is none."""
        page = self.asked.page + by
        return self.asked.address("/register", page=page) if 1 <= page <= self.pages else ""


@pages.get("/register", include_in_schema=False)
async def register(visitor: Anyone, asked: AskedRegister) -> Response:
    figures = await register_figures(visitor, asked)
    found = await _number_of(visitor, asked, figures)
    view = RegisterPage(
        asked=asked,
        entries=await _page_of(visitor, asked),
        found=found,
        figures=figures.whole.figures,
        blocks=province(figures.whole, {} if asked.on else await counties_in_publicity(visitor)),
        headings=[_heading(column, asked) for column in COLUMNS],
        prefectures=prefectures(),
        standings=tuple(Standing),
        pages=max(1, -(-found // PAGE)),
    )
    return visitor.page("window/register.html", view, public=True)


@pages.get("/register.csv", include_in_schema=False)
async def register_as_csv(visitor: Anyone, asked: AskedRegister) -> Response:
    found = chosen((await registered(visitor, asked)).entries, asked)
    return _file(files.as_csv(found, visitor.language), "text/csv; charset=utf-8", "csv")


@pages.get("/register.xlsx", include_in_schema=False)
async def register_as_workbook(visitor: Anyone, asked: AskedRegister) -> Response:
    found = chosen((await registered(visitor, asked)).entries, asked)
    written = await asyncio.to_thread(files.as_workbook, found, visitor.language)
    return _file(written, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")


@pages.get("/register.json", include_in_schema=False)
async def register_as_json(visitor: Anyone, asked: AskedRegister) -> Response:
    found = chosen((await registered(visitor, asked)).entries, asked)
    said = asked.model_dump(mode="json", exclude={"page", "status"}, exclude_none=True)
    said |= {"status": asked.status.style} if asked.status else {}
    return _file(files.as_json(found, visitor.language, said), "application/json", "json")


@pages.get("/register.atom", include_in_schema=False)
async def register_as_feed(request: Request, visitor: Anyone) -> Response:
    newest = await last_changed(visitor, MOST_IN_FEED)
    view = {"url": portal_of(request).settings.url, "entries": newest}
    return visitor.text("window/register.atom", "application/atom+xml", view)


async def last_changed(visitor: Visitor, most: int) -> Sequence[RegisteredDistrict]:
    """The entries whose standing changed last."""
    return await visitor.known("lifecycle", "/register", read_entries, sort="-changed", limit=most)


async def register_figures(visitor: Visitor, asked: RegisterQuery) -> CountedRegister:
    """How many there are of what, of all counties, as of the day that is asked about."""
    return await visitor.known("lifecycle", "/register-figures", read_figures, **asked.as_of(visitor.today))


async def _number_of(visitor: Visitor, asked: RegisterQuery, figures: CountedRegister) -> int:
    """How many entries are asked for."""
    if words := asked.q.strip():
        found = await visitor.known(
            "lifecycle", "/register-figures", read_figures, words=words, **asked.as_of(visitor.today)
        )
        return found.number(asked.prefecture, asked.county, asked.status)
    return figures.number(asked.prefecture, asked.county, asked.status)


async def _page_of(visitor: Visitor, asked: RegisterQuery) -> Sequence[RegisteredDistrict]:
    return await visitor.known(
        "lifecycle",
        "/register",
        read_entries,
        words=asked.q.strip(),
        standing=asked.status.style if asked.status else "",
        counties=",".join(county_codes(asked.prefecture, asked.county)),
        sort=asked.sort,
        limit=PAGE,
        offset=(asked.page - 1) * PAGE,
        **asked.as_of(visitor.today),
    )


async def registered(visitor: Visitor, asked: RegisterQuery) -> PublicRegister:
    """The register as of the day that is asked about, by what was known then."""
    return await visitor.known("lifecycle", "/register", read_register, **asked.as_of(visitor.today))


async def counties_in_publicity(visitor: Visitor) -> Mapping[str, str]:
    """The case that is in publicity, by county."""
    return await visitor.known("review", "/publicity", _cases_by_county)


def _cases_by_county(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {row["county"]: row["case_id"] for row in rows}


def _heading(column: RegisterColumn, asked: RegisterQuery) -> SortableHeading:
    if not column.sort:
        return SortableHeading(column, "", "")
    up, down = asked.sort == column.sort, asked.sort == f"-{column.sort}"
    path = asked.address("/register", sort=f"-{column.sort}" if up else column.sort)
    return SortableHeading(column, path, "ascending" if up else "descending" if down else "")


def _file(content: bytes, kind: str, ending: str) -> Response:
    headers = PAGE_HEADERS | {"Content-Disposition": f'attachment; filename="register.{ending}"'}
    return Response(content, media_type=kind, headers=headers)


__all__ = ["counties_in_publicity", "last_changed", "pages", "register_figures", "registered"]
