"""Who has read personal data: of any case for auditors and the lead, of their own for applicants."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import Response

from services.portal.desks.story.showing import office_words
from services.portal.desks.words import Bilingual
from services.portal.frame.access import person
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.problems import Problem
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
Asking = Annotated[Visitor, Depends(person(Role.AUDITOR, Role.PROVINCE_LEAD, Role.COUNTY, Role.KEY_UNIT))]
A_PAGE: Final = 50

PLACES: Final = {
    "intake": Bilingual("申报材料", "the application"),
    "review": Bilingual("审核案卷", "the file of the review"),
    "lifecycle": Bilingual("集聚区档案", "the district's file"),
    "office": Bilingual("单位的委托、公众来信、办理评价", "delegations, letters of the public, feedback"),
    "notify": Bilingual("通知和联系人", "notices and contacts"),
}
"""What a service has that may be read."""

KINDS: Final = {
    "name": Bilingual("姓名", "names"),
    "phone": Bilingual("电话", "telephone numbers"),
    "email": Bilingual("电子邮箱", "mail addresses"),
    "address": Bilingual("收件号码或者邮箱", "numbers and addresses that messages go to"),
    "text": Bilingual("有关文字和文件名称", "words about people, names of files"),
    "document": Bilingual("文件", "documents"),
}
"""The kinds of personal data."""


@dataclass(frozen=True, slots=True)
class ShownReading:
    """A reading: when, by which office, of what. ``reader`` is empty for whoever is not told the account."""

    seq: int
    at: str
    office: Bilingual
    reader: str
    case_id: str
    whose: str
    place: Bilingual
    kinds: Sequence[Bilingual]


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    """Readings, the newest first. ``older`` is a path, empty on the last page."""

    readings: Sequence[ShownReading]
    case_id: str
    reader: str
    every_case: bool
    older: str


@pages.get("/readings", include_in_schema=False)
async def readings(
    visitor: Asking,
    case_id: UUID | None = None,
    reader: Annotated[str, Query(max_length=200)] = "",
    before: Annotated[int | None, Exact, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    asked = {"case_id": str(case_id or ""), "reader": reader.strip()}
    query = {name: value for name, value in (asked | {"before": before}).items() if value}
    found = await asyncio.gather(*(visitor.seek(each, "/readings", limit=A_PAGE + 1, **query) for each in PLACES))
    if all(rows is None for rows in found):
        raise _none_of_yours()
    rows = newest(zip(PLACES, (rows or () for rows in found), strict=True))
    further = urlencode({**query, "before": rows[A_PAGE - 1][1]["seq"]}) if len(rows) > A_PAGE else ""
    return visitor.page(
        "story/readings.html",
        ReadingsPage(
            readings=[shown_reading(*each, visitor.today) for each in rows[:A_PAGE]],
            every_case=visitor.is_(Role.AUDITOR, Role.PROVINCE_LEAD),
            older=further and f"/readings?{further}",
            **asked,
        ),
    )


def newest(found: Iterable[tuple[str, Iterable[Row]]]) -> list[tuple[str, Row]]:
    """The readings of all services, the newest first; their seqs are of one log."""
    every = [(service, row) for service, rows in found for row in rows]
    return sorted(every, key=lambda each: -int(each[1]["seq"]))


def shown_reading(service: str, row: Row, today: date) -> ShownReading:
    """A reading in words."""
    return ShownReading(
        seq=row["seq"],
        at=row["recorded_at"],
        office=office_words(row["office"], {"key_unit": ""}, today),
        reader=row.get("reader") or "",
        case_id=row["case_id"],
        whose=row["whose"],
        place=PLACES[service],
        kinds=[KINDS.get(kind, Bilingual(kind, kind)) for kind in row["kinds"]],
    )


def _none_of_yours() -> Problem:
    return Problem(
        404,
        "case-is-known",
        "There is no such case among those you may ask about",
        title_zh="您可以查询的办件中没有该办件",
    )


__all__ = ["newest", "pages", "shown_reading"]
