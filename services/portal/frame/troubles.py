"""Errors as pages, in plain words; nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError

from services.portal.calling.explanation import NotDone, PlainProblem, explained
from services.portal.frame.access import SignInNeeded, Unconfirmed, form_of, portal_of
from services.portal.frame.paths import path_of, way_in
from services.portal.frame.visitor import Visitor
from shared.service.http.problems import ANSWERED, answer_to

_AS_DATA = ("/health", "/openapi.json", "/docs", "/sign-out/back-channel")


def install_pages_of_trouble(app: FastAPI) -> None:
    """Answer every error of the portal with a page. What only machines ask keeps its problem documents."""

    async def answer(request: Request, error: Exception) -> Response:
        match error:
            case SignInNeeded():
                return RedirectResponse(way_in(path_of(request)), 303)
            case Unconfirmed():
                return await _confirm(request, error)
            case NotDone() if error.explanation.status == 401:
                return RedirectResponse(way_in(path_of(request)), 303)
            case NotDone():
                return await _page(request, error.explanation)
            case _:
                return await _of_a_problem(request, error)

    for kind in (SignInNeeded, Unconfirmed, NotDone, *ANSWERED, DBAPIError):
        app.add_exception_handler(kind, answer)


async def _of_a_problem(request: Request, error: Exception) -> Response:
    answer = answer_to(error, request.scope)
    if request.url.path.startswith(_AS_DATA) or not isinstance(answer, JSONResponse):
        return answer
    problem: dict[str, Any] = msgspec.json.decode(answer.body)
    page = await _page(request, explained(answer.status_code, problem))
    for name in ("retry-after", "allow"):
        if name in answer.headers:
            page.headers[name] = answer.headers[name]
    return page


async def _page(request: Request, explanation: PlainProblem) -> Response:
    """The trouble in words. Where nobody knows whether a form was done, it is there to be sent again, with its key."""
    visitor = await _visitor(request)
    form = form_of(request)
    if form is not None and explanation.unknown:
        visitor.form = form
    return visitor.page("frame/trouble.html", explanation, status=explanation.status)


async def _confirm(request: Request, error: Unconfirmed) -> Response:
    """The form again, to be sent once more: with a session that there is now, or after signing in elsewhere."""
    visitor = await _visitor(request)
    visitor.form = error.form
    signed_in = visitor.session is not None
    return visitor.page("frame/confirm.html", way_in("/signed-in"), status=409 if signed_in else 401)


async def _visitor(request: Request) -> Visitor:
    """Whoever asks; as a stranger where the sessions cannot be read now."""
    portal = portal_of(request)
    try:
        session = await portal.session(request)
    except Exception:  # noqa: BLE001 - an error is being told already
        session = None
    return await portal.visitor(request, session)


__all__ = ["install_pages_of_trouble"]
