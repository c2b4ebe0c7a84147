"""Who may open a page and send a form: the dependencies of its routes.

A module of pages says once whom its pages are for::

    Officer = Annotated[Visitor, Depends(person(Role.PROVINCE))]
    OfficerSends = Annotated[Visitor, Depends(sending(Role.PROVINCE))]

    @pages.post("/cases/{case_id}/acceptance")
    async def accept(case_id: str, visitor: OfficerSends) -> Response:
        if not await visitor.act("review", within("cases", case_id, "acceptance"), {}):
            return await _case(visitor, case_id)         # the page again, with the refusal and what was typed
        return visitor.go(f"/cases/{case_id}", "已受理。", "Accepted.")
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from services.portal.frame.forms import MOST_BYTES, MOST_OF_A_STRANGER, SentForm, comes_from, read_form
from services.portal.frame.portal import Portal
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.problems import Problem

Find = Callable[[Request], Awaitable[Visitor]]


class SignInNeeded(Exception):
    """A page wants somebody who is signed in."""


class Unconfirmed(Exception):
    """A form came without a session, or from a page of an earlier one: it is shown again, to be confirmed."""

    def __init__(self, form: SentForm) -> None:
        super().__init__("the form is to be confirmed")
        self.form = form


def portal_of(request: Request) -> Portal:
    """The portal that serves a request."""
    portal: Portal = request.app.state.host.service.own(Portal)
    return portal


async def anyone(request: Request) -> Visitor:
    """Whoever looks, signed in or not."""
    portal = portal_of(request)
    return await portal.visitor(request, await portal.session(request))


def person(*roles: Role) -> Find:
    """Somebody who is signed in and has one of the roles (any, where none is named). Raises ``SignInNeeded``,
    ``Problem`` 403."""

    async def find(request: Request) -> Visitor:
        visitor = await anyone(request)
        if visitor.session is None:
            raise SignInNeeded
        return _one_of(visitor, roles)

    return find


def sending(*roles: Role) -> Find:
    """As ``person``, with the form that they sent. Raises ``Unconfirmed`` for one that has to be confirmed,
    ``Problem`` 403 for another site's."""

    async def find(request: Request) -> Visitor:
        _refuse_foreign(request)
        portal = portal_of(request)
        try:
            session = await portal.session(request)
        except Exception:
            await _read(request, MOST_OF_A_STRANGER)
            raise
        form = await _read(request, MOST_OF_A_STRANGER if session is None else MOST_BYTES)
        if session is None or not form.guarded_by(session.guard):
            raise Unconfirmed(form)
        visitor = _one_of(await portal.visitor(request, session), roles)
        visitor.form = form
        return visitor

    return find


async def stranger_sending(request: Request) -> Visitor:
    """Whoever looks, with the form that they sent. Raises ``Problem`` 403 for another site's."""
    _refuse_foreign(request)
    form = await _read(request, MOST_OF_A_STRANGER)
    visitor = await anyone(request)
    visitor.form = form
    return visitor


def form_of(request: Request) -> SentForm | None:
    """The form that a request brought, once it was read: whatever goes wrong then, it can be shown again."""
    form: SentForm | None = request.scope.get("state", {}).get("form")
    return form


async def _read(request: Request, most_bytes: int) -> SentForm:
    request.state.form = form = await read_form(request, most_bytes)
    return form


def _one_of(visitor: Visitor, roles: tuple[Role, ...]) -> Visitor:
    if roles and not visitor.is_(*roles):
        raise Problem(
            403,
            "page-is-of-your-office",
            "This page belongs to another office's work",
            title_zh="该页面不属于您的工作范围",
        )
    return visitor


def _refuse_foreign(request: Request) -> None:
    if not comes_from(request, portal_of(request).settings.url):
        raise Problem(
            403,
            "form-is-of-this-site",
            "This form was sent by another site; nothing was done",
            title_zh="该表单来自其他网站，未予办理",
        )


Anyone = Annotated[Visitor, Depends(anyone)]
AnyoneSends = Annotated[Visitor, Depends(stranger_sending)]
Person = Annotated[Visitor, Depends(person())]
PersonSends = Annotated[Visitor, Depends(sending())]

__all__ = [
    "Anyone",
    "AnyoneSends",
    "Person",
    "PersonSends",
    "SignInNeeded",
    "Unconfirmed",
    "form_of",
    "person",
    "portal_of",
    "sending",
]
