"""The pages of delegations: a head grants and ends them, a colleague switches one on and off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.delegating.showing import delegations_page, shown_delegation
from services.portal.frame.access import PersonSends, person, portal_of, sending
from services.portal.frame.navigation import OFFICES
from services.portal.frame.visitor import Visitor
from services.portal.identity.acting import acting_for
from services.portal.identity.sessions import PersonSession
from shared.contracts.core import Actor
from shared.service.http.problems import Problem
from shared.service.http.routes import router

pages = router()
Member = Annotated[Visitor, Depends(person(*OFFICES))]
MemberSends = Annotated[Visitor, Depends(sending(*OFFICES))]


@pages.get("/delegations", include_in_schema=False)
async def delegations(request: Request, visitor: Member) -> Response:
    return await _page(request, visitor)


@pages.post("/delegations", include_in_schema=False)
async def grant(request: Request, visitor: MemberSends) -> Response:
    visitor.in_own_name()
    me, form = _session(visitor).actor, visitor.form
    known = {each.subject: each.name for each in await portal_of(request).sessions.colleagues(me)}
    chosen = form.text("colleague")
    body = {
        "delegate": chosen or form.text("delegate"),
        "delegate_name": known.get(chosen) or form.text("delegate_name"),
        "delegate_office": me.office,
        "kinds": form.texts("kinds"),
        "first_day": form.text("first_day"),
        "last_day": form.text("last_day"),
    }
    if not await visitor.act("office", within("offices", me.office, "delegations"), body):
        return await _page(request, visitor)
    return visitor.go("/delegations", "已委托。", "Delegated.")


@pages.post("/delegations/{delegation_id}/end", include_in_schema=False)
async def end(request: Request, delegation_id: UUID, visitor: MemberSends) -> Response:
    visitor.in_own_name()
    me = _session(visitor).actor
    path = within("offices", me.office, "delegations", str(delegation_id), "end")
    if not await visitor.act("office", path, {}):
        return await _page(request, visitor)
    return visitor.go("/delegations", "委托已终止。", "The delegation is ended.")


@pages.post("/delegations/{delegation_id}/acting", include_in_schema=False)
async def act_for(request: Request, delegation_id: UUID, visitor: MemberSends) -> Response:
    """Act for the head from now on, on every page."""
    visitor.in_own_name()
    session = _session(visitor)
    row = next(
        (each for each in await _rows(visitor, session.actor) if each["delegation_id"] == str(delegation_id)), {}
    )
    if not row or not shown_delegation(row, session.actor, visitor.today).to_me:
        raise Problem(
            409,
            "delegation-is-to-you",
            "Nobody lets you act under this delegation today",
            title_zh="您今日不能按该项委托代办",
        )
    await portal_of(request).sessions.act_for(session, acting_for(row))
    name = row["principal_name"]
    return visitor.go("/desk", f"现在起代{name}办理。", f"You now act on behalf of {name}.")


@pages.post("/acting/end", include_in_schema=False)
async def act_for_oneself(request: Request, visitor: PersonSends) -> Response:
    await portal_of(request).sessions.act_for(_session(visitor), None)
    return visitor.go("/desk", "已停止代办，现以本人名义办理。", "You act in your own name again.")


async def _rows(visitor: Visitor, me: Actor) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = await visitor.get("office", within("offices", me.office, "delegations"))
    return rows


async def _page(request: Request, visitor: Visitor) -> Response:
    visitor.in_own_name()
    me = _session(visitor).actor
    colleagues = await portal_of(request).sessions.colleagues(me)
    view = delegations_page(await _rows(visitor, me), me, colleagues, visitor.today)
    return visitor.page("delegating/delegations.html", view)


def _session(visitor: Visitor) -> PersonSession:
    assert visitor.session is not None
    return visitor.session


__all__ = ["pages"]
