"""The queue: the cases of this person's office, searched by a text, counted by stage, a page at a time."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Query
from fastapi.responses import Response

from services.portal.desks.reviewing.acts import OFFICERS, PUBLICISE
from services.portal.desks.reviewing.searching import LONGEST, QueueSearch, Unused, search_of
from services.portal.desks.reviewing.stages import ENDED, STAGES
from services.portal.desks.turn import Turn, due_of, turn_of
from services.portal.frame.access import Person
from services.portal.frame.remaining import working_days_left
from services.portal.reading.scope import INSIDE
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
Sort = Literal["newest", "due", "county"]

ON_A_PAGE: Final = 25
SORTS: Final[Mapping[Sort, tuple[str, str]]] = {
    "due": ("按期限", "By what is due"),
    "newest": ("按收件日期", "Newest first"),
    "county": ("按县（市、区）", "By county"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A case in the queue."""

    case: Row
    stage: tuple[str, str]
    turn: Turn | None
    due_on: date | None
    left: int | None
    to_publicise: bool
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """How many cases a stage has, and the path that shows them."""

    name: tuple[str, str]
    number: int
    path: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of the queue. ``bulk`` says that rows may be chosen, ``publicises`` that some may be publicised;
    ``inside`` that holders are shown."""

    text: str
    unused: Sequence[Unused]
    sort: Sort
    sorts: Mapping[Sort, tuple[str, str]]
    counts: Sequence[StageCount]
    total: int
    rows: Sequence[QueueRow]
    first: int
    before: str
    after: str
    bulk: bool
    publicises: bool
    inside: bool


@pages.get("/cases", include_in_schema=False)
async def queue(
    visitor: Person,
    q: str = "",
    sort: Sort = "due",
    page: Annotated[int, Exact, Query(ge=1, le=4000)] = 1,
) -> Response:
    text = " ".join(q[:LONGEST].split())
    search = search_of(text, visitor.today)
    only, first = search.query(), (page - 1) * ON_A_PAGE
    rows, counted = await gather(
        visitor.get(
            "review", "/cases", **only, stages=",".join(search.stages), sort=sort, limit=ON_A_PAGE, offset=first
        ),
        visitor.get("review", "/case-counts", **only),
    )
    counts = counted["stages"]
    total = sum(number for stage, number in counts.items() if not search.stages or stage in search.stages)
    shown = [_row(case, visitor.today) for case in rows]
    view = Queue(
        text=text,
        unused=search.unused,
        sort=sort,
        sorts=SORTS,
        counts=stage_counts(counts, search, text, sort),
        total=total,
        rows=shown,
        first=first,
        before=_path(text, sort, page - 1) if page > 1 else "",
        after=_path(text, sort, page + 1) if first + len(rows) < total else "",
        bulk=visitor.is_(*OFFICERS) and any(row.running for row in shown),
        publicises=any(row.to_publicise for row in shown),
        inside=visitor.is_(*INSIDE),
    )
    return visitor.page("reviewing/queue.html", view)


def stage_counts(counts: Mapping[str, int], search: QueueSearch, text: str, sort: Sort) -> list[StageCount]:
    """The stages that have cases, in order; each leads to its own cases among those that are looked for."""
    kept = [part for part in text.split() if not part.casefold().startswith(("阶段:", "阶段：", "stage:", "stage："))]
    return [
        StageCount(
            name=STAGES[stage],
            number=counts[stage],
            path=_path(" ".join([*kept, f"阶段:{STAGES[stage][0]}"]), sort, 1),
            here=search.stages == (stage,),
        )
        for stage in STAGES
        if counts.get(stage)
    ]


def _row(case: Row, today: date) -> QueueRow:
    due_on = None if case["stage"] in ENDED else due_of(case)
    return QueueRow(
        case=case,
        stage=STAGES[case["stage"]],
        turn=turn_of(case, today),
        due_on=due_on,
        left=working_days_left(due_on, today),
        to_publicise=case["stage"] in PUBLICISE.stages,
        running=case["stage"] not in ENDED,
    )


def _path(text: str, sort: Sort, page: int) -> str:
    asked = {"q": text, "sort": sort if sort != "due" else "", "page": str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/cases?{query}" if query else "/cases"


__all__ = ["pages", "stage_counts"]
