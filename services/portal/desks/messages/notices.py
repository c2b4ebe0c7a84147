"""The inbox, and who was told what of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.events import event_words
from services.portal.desks.messages.reasons import lacks_an_address, reason_in_words
from services.portal.desks.notices_in_words import CHANNELS, STATES, heading_of
from services.portal.desks.words import Bilingual
from services.portal.frame.access import Person
from services.portal.frame.visitor import Visitor
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
A_PAGE: Final = 30
Offset = Annotated[int, Exact, Query(ge=0, le=100_000)]

ROLES: Final = {
    "county": Bilingual("县（市、区）科技管理部门", "the county"),
    "county-head": Bilingual("县（市、区）科技管理部门负责人", "the head at the county"),
    "key-unit": Bilingual("服务业重点单位", "the key unit"),
    "endorser": Bilingual("市（州）科技局", "the city"),
    "province": Bilingual("省科技厅", "the province"),
    "expert": Bilingual("评审专家", "an expert"),
    "public": Bilingual("订阅人", "a subscriber"),
    "letter": Bilingual("来信人", "who wrote"),
}
"""The part that a recipient has in a case; one that is not here stays as notify calls it."""


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice as a line: to whom, by which way, how it stands."""

    path: str
    subject: Bilingual
    to: Bilingual
    name: str
    channel: Bilingual
    state: Bilingual
    kind: str
    on: str
    statutory: bool


@dataclass(frozen=True, slots=True)
class ToldPage:
    """Letters to an office, or the notices of a case. ``earlier`` and ``later`` are paths, empty where there are
    none."""

    told: Sequence[ToldNotice]
    case_id: str
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class CourseStep:
    """What became of a notice at a moment; ``attempt`` is 0 where it was none's outcome."""

    what: Bilingual
    attempt: int
    at: str


@dataclass(frozen=True, slots=True)
class ToldWhole:
    """A notice with its words, and what became of each attempt."""

    notice: ToldNotice
    body: str
    case_id: str
    reason: Bilingual
    unregistered: bool
    history: Sequence[CourseStep]
    operations: str


@pages.get("/inbox", include_in_schema=False)
async def inbox(visitor: Person, offset: Offset = 0) -> Response:
    rows = await visitor.get("notify", "/inbox", limit=A_PAGE + 1, offset=offset)
    return visitor.page("messages/inbox.html", _page(rows, "/inbox?", offset))


@pages.get("/notices", include_in_schema=False)
async def notices(visitor: Person, case_id: UUID | None = None, offset: Offset = 0) -> Response:
    of = str(case_id) if case_id else ""
    rows = await visitor.get("notify", "/notices", case_id=of, order="newest", limit=A_PAGE + 1, offset=offset)
    return visitor.page(
        "messages/notices.html", _page(rows, f"/notices?case_id={of}&" if of else "/notices?", offset, of)
    )


@pages.get("/notices/{delivery_id}", include_in_schema=False)
async def notice(delivery_id: UUID, visitor: Person) -> Response:
    row = await visitor.get("notify", within("notices", str(delivery_id)))
    return visitor.page("messages/notice.html", _whole(row, visitor))


def told_notice(row: Row) -> ToldNotice:
    """A line of a list. The inbox says no recipient and no channel: it is one's own mail."""
    zh, en, kind = STATES.get(row["state"], (row["state"], row["state"], ""))
    channel = row.get("channel", "mail")
    role = row["role"]
    return ToldNotice(
        path=f"/notices/{row['delivery_id']}",
        subject=heading_of(row),
        to=ROLES.get(role, Bilingual(role, role)),
        name=row.get("recipient_name", ""),
        channel=Bilingual(*CHANNELS.get(channel, (channel, channel))),
        state=Bilingual(zh, en),
        kind=kind,
        on=row["requested_on"] or "",
        statutory=row["statutory"],
    )


def _page(rows: Sequence[Row], path: str, offset: int, case_id: str = "") -> ToldPage:
    return ToldPage(
        told=[told_notice(row) for row in rows[:A_PAGE]],
        case_id=case_id,
        newer=f"{path}offset={max(offset - A_PAGE, 0)}" if offset else "",
        older=f"{path}offset={offset + A_PAGE}" if len(rows) > A_PAGE else "",
    )


def _whole(row: Row, visitor: Visitor) -> ToldWhole:
    return ToldWhole(
        notice=told_notice(row),
        body=row["body"],
        case_id=row["case_id"],
        reason=reason_in_words(row["reason"]),
        unregistered=lacks_an_address(row["reason"]),
        history=[
            CourseStep(event_words(f"notify.{each['event']}"), each["attempt"], each["recorded_at"])
            for each in row["history"]
        ],
        operations=f"/operations/notices/{row['delivery_id']}" if visitor.is_("operator") else "",
    )


__all__ = ["pages", "told_notice"]
