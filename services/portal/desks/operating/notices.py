"""Notices as an operator sees them: those in a state, and one with its attempts; sending again, asking the provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.events import event_words
from services.portal.desks.notices_in_words import CHANNELS, STATES, heading_of
from services.portal.desks.operating.overview import Operator, OperatorSends
from services.portal.desks.words import Bilingual
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
A_PAGE = 50
UNSETTLED = "unknown"
NOT_ARRIVED = frozenset({"unknown", "undelivered", "no-receipt", "rejected", "expired"})
"""States in which sending again is offered; whether it may be, notify says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """``older`` is the seq before which the next page begins; 0 on the last."""

    state: str
    rows: Sequence[Row]
    older: int
    headings: Sequence[Bilingual]
    states: Mapping[str, tuple[str, str, str]]
    channels: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One notice, with the words for what became of it; ``again`` and ``ask`` say whether the acts are offered."""

    notice: Row
    heading: Bilingual
    cause: Bilingual
    history: Sequence[tuple[Bilingual, Row]]
    state: tuple[str, str, str]
    channel: tuple[str, str]
    again: bool
    ask: bool


@pages.get("/operations/notices", include_in_schema=False)
async def notices(
    visitor: Operator,
    state: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    rows = await visitor.get("notify", "/notices", state=state, before=before, order="newest", limit=A_PAGE)
    older = int(rows[-1]["requested_seq"]) if len(rows) == A_PAGE else 0
    headings = [heading_of(row) for row in rows]
    view = NoticesPage(state=state, rows=rows, older=older, headings=headings, states=STATES, channels=CHANNELS)
    return visitor.page("operating/notices.html", view)


@pages.get("/operations/notices/{delivery_id}", include_in_schema=False)
async def notice(delivery_id: str, visitor: Operator) -> Response:
    return await _page(visitor, delivery_id)


@pages.post("/operations/notices/{delivery_id}/resend", include_in_schema=False)
async def resend(delivery_id: str, visitor: OperatorSends) -> Response:
    body = {"reason": visitor.form.text("reason")}
    if not await visitor.act("notify", within("notices", delivery_id, "resend"), body):
        return await _page(visitor, delivery_id)
    return visitor.go(f"/operations/notices/{delivery_id}", "将再次发送。", "It will be sent again.")


@pages.post("/operations/notices/{delivery_id}/reconcile", include_in_schema=False)
async def reconcile(delivery_id: str, visitor: OperatorSends) -> Response:
    if not await visitor.act("notify", within("notices", delivery_id, "reconcile"), {}):
        return await _page(visitor, delivery_id)
    return visitor.go(
        f"/operations/notices/{delivery_id}", "已按服务商的答复记录。", "The provider's word is recorded."
    )


async def _page(visitor: Visitor, delivery_id: str) -> Response:
    row = await visitor.get("notify", within("notices", delivery_id))
    view = NoticePage(
        notice=row,
        heading=heading_of(row),
        cause=event_words(row["cause_type"]),
        history=[(event_words(f"notify.{each['event']}"), each) for each in row["history"]],
        state=STATES.get(row["state"], (row["state"], row["state"], "")),
        channel=CHANNELS.get(row["channel"], (row["channel"], row["channel"])),
        again=row["state"] in NOT_ARRIVED,
        ask=row["state"] == UNSETTLED,
    )
    return visitor.page("operating/notice.html", view)


__all__ = ["pages"]
