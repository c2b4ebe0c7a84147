"""The operator's first page: what wants attention, and how far everything has come."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from fastapi.responses import Response

from services.portal.calling.explanation import NotDone
from services.portal.calling.health import HealthAnswer, ask_health
from services.portal.calling.services import within
from services.portal.desks.notices_in_words import CHANNELS, CountedState, counted_states
from services.portal.desks.operating.checkpoints import ShownCheckpoint, shown_checkpoint
from services.portal.desks.operating.findings import Attention, attention
from services.portal.desks.operating.reports import (
    ShownFollower,
    ShownProcess,
    ShownStream,
    shown_followers,
    shown_processes,
    shown_streams,
)
from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
Operator = Annotated[Visitor, Depends(person(Role.OPERATOR))]
OperatorSends = Annotated[Visitor, Depends(sending(Role.OPERATOR))]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsPage:
    """``providers`` and ``checkpoint`` are ``None`` where nobody could be asked for them."""

    asked: datetime
    attention: Sequence[Attention]
    processes: Sequence[ShownProcess]
    followers: Sequence[ShownFollower]
    streams: Sequence[ShownStream]
    head: int
    notices: Sequence[CountedState]
    providers: Sequence[Row] | None
    channels: Mapping[str, tuple[str, str]]
    checkpoint: ShownCheckpoint | None


@pages.get("/operations", include_in_schema=False)
async def operations(request: Request, visitor: Operator) -> Response:
    return visitor.page("operating/overview.html", await _page(request, visitor))


@pages.post("/operations/providers/{provider}/{act}", include_in_schema=False)
async def give_or_stop(
    request: Request, provider: str, act: Literal["pause", "resume"], visitor: OperatorSends
) -> Response:
    body = {"reason": visitor.form.text("reason")}
    if not await visitor.act("notify", within("providers", provider, act), body, part=act):
        return visitor.page("operating/overview.html", await _page(request, visitor))
    if act == "pause":
        return visitor.go("/operations#providers", f"{provider} 已停用。", f"{provider} is paused.")
    return visitor.go("/operations#providers", f"{provider} 已恢复使用。", f"{provider} is used again.")


async def _page(request: Request, visitor: Visitor) -> OperationsPage:
    answers, own, providers, checkpoint, keys = await gather(
        ask_health(visitor.services),
        request.app.state.host.health(),
        _perhaps(visitor, "notify", "/providers"),
        _perhaps(visitor, "notary", "/checkpoint"),
        _perhaps(visitor, "notary", "/keys"),
    )
    every = [*answers, HealthAnswer("portal", answered=True, report=own[1])]
    reports = {answer.process: answer.report for answer in every}
    size = int(reports["notary"].get("size") or 0)
    return OperationsPage(
        asked=visitor.now,
        attention=attention(every),
        processes=shown_processes(every),
        followers=shown_followers(every),
        streams=shown_streams(reports["relay"]),
        head=int(reports["relay"].get("head") or 0),
        notices=counted_states(reports["notify"].get("notices") or {}),
        providers=providers,
        channels=CHANNELS,
        checkpoint=shown_checkpoint(checkpoint, keys["keys"], size) if checkpoint and keys else None,
    )


async def _perhaps(visitor: Visitor, service: str, path: str) -> Any:
    """What a service shows; ``None`` where it cannot be asked, which the page says elsewhere."""
    try:
        return await visitor.get(service, path)
    except NotDone as refused:
        if refused.explanation.status == 401:
            raise
        return None


__all__ = ["Operator", "OperatorSends", "pages"]
