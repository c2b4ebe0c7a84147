"""Numbers over time: drawn, and as a table beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import select

from services.portal.frame.access import Anyone, portal_of
from services.portal.views import NUMBERS, numbers
from services.portal.window.charts import Chart, Series, bar_chart, line_chart
from shared.service.http.routes import router

pages = router()
FIRST_YEAR = 2018
"""The programme's first."""
MOST_YEARS = 12
"""On a page."""
_NOTHING: dict[str, int] = dict.fromkeys(numbers.table.columns.keys(), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNumbers:
    """A chart with its series; ``name`` is its anchor."""

    name: str
    zh: str
    en: str
    series: Sequence[Series]
    chart: Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersPage:
    """The charts, and the years they are about."""

    years: Sequence[str]
    drawn: Sequence[DrawnNumbers]


@pages.get("/numbers", include_in_schema=False)
async def numbers_over_time(request: Request, visitor: Anyone) -> Response:
    async with portal_of(request).service.reading(projection=NUMBERS.name) as connection:
        rows = [dict(row) for row in (await connection.execute(select(numbers.table))).mappings()]
    return visitor.page("window/numbers.html", draw(rows, visitor.today.year), public=True)


def draw(rows: Sequence[Mapping[str, int]], this_year: int) -> NumbersPage:
    """The charts of these rows, up to this year. Titles held are counted from the first year on."""
    by_year = {row["year"]: row for row in rows}
    first = min([FIRST_YEAR, *by_year])
    every = [by_year.get(year, _NOTHING) for year in range(first, max(this_year, first) + 1)]
    held = list(accumulate(row["designated"] - row["revoked"] for row in every))[-MOST_YEARS:]
    shown = every[-MOST_YEARS:]
    years = [str(year) for year in range(first, max(this_year, first) + 1)][-MOST_YEARS:]

    def counted(name: str, zh: str, en: str, style: str) -> Series:
        return Series(zh, en, style, [row[name] for row in shown])

    titles = Series("年末现有称号", "Titles held at the year's end", "act", held)
    applications = [
        counted("filed", "申报", "Applications filed", "act"),
        counted("designated", "批复设立", "Designated", "done"),
        counted("not_yet", "暂不确认", "Not yet confirmed", "soon"),
    ]
    fates = [counted("kept", "期满保留", "Titles kept", "done"), counted("revoked", "取消", "Titles revoked", "seal")]
    publicity = [
        counted("published", "公示", "Put in publicity", "act"),
        counted("objections", "异议", "Objections", "soon"),
    ]
    return NumbersPage(
        years=years,
        drawn=[
            DrawnNumbers(name="titles", zh="称号", en="Titles", series=[titles], chart=line_chart(years, titles)),
            _bars("applications", "申报与批复", "Applications and designations", years, applications),
            _bars("fates", "期满考核之后", "After assessment", years, fates),
            _bars("publicity", "公示与异议", "Publicity and objections", years, publicity),
        ],
    )


def _bars(name: str, zh: str, en: str, years: Sequence[str], series: Sequence[Series]) -> DrawnNumbers:
    return DrawnNumbers(name=name, zh=zh, en=en, series=series, chart=bar_chart(years, series))


__all__ = ["draw", "pages"]
