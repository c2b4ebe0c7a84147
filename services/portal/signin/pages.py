"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from services.portal.frame.access import Anyone, Person, PersonSends, portal_of
from services.portal.frame.paths import way_in, within_the_portal
from services.portal.frame.portal import SESSION
from services.portal.identity.attempts import LASTS
from services.portal.identity.provider import SignInFailed
from services.portal.identity.sealing import fingerprint
from shared.service.http.routes import router

_ATTEMPT = "__Host-sign-in-"
"""With the first letters of the state's hash: each attempt has a cookie of its own."""

pages = router()
returning = APIRouter(route_class=APIRoute)
"""Where the identity provider leads back to, with whatever it adds to the query."""


@pages.get("/sign-in", include_in_schema=False)
async def sign_in(request: Request, visitor: Anyone, back: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    portal = portal_of(request)
    attempt = await portal.attempts.begin(within_the_portal(back))
    url = await portal.provider.ask(
        state=attempt.state, nonce=attempt.nonce, verifier=attempt.verifier, language=visitor.language
    )
    answer = RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
    _set(answer, _cookie_of(attempt.state), attempt.browser, int(LASTS))
    return answer


@returning.get("/sign-in/return", include_in_schema=False)
async def come_back(request: Request, visitor: Anyone, state: str = "", code: str = "", error: str = "") -> Response:
    portal = portal_of(request)
    browser = request.cookies.get(_cookie_of(state), "")
    begun = await portal.attempts.finish(state, browser) if state and browser else None
    if begun is None:
        # Too slow, or a second time by the back button: whoever is signed in goes on, anybody else begins anew.
        if visitor.session is not None:
            return RedirectResponse("/", 303)
        return visitor.page("signin/again.html", way_in("/"), status=400)
    try:
        if error or not code:
            raise SignInFailed(error or "it gave no code")
        signed_in = await portal.provider.come_back(code=code, nonce=begun.nonce, verifier=begun.verifier)
    except SignInFailed as failed:
        return visitor.page("signin/failed.html", {"words": str(failed), "again": way_in(begun.back)}, status=403)
    if visitor.session is not None:
        await portal.sessions.end(visitor.session)
    answer = RedirectResponse(begun.back, 303)
    _set(answer, SESSION, await portal.sessions.begin(signed_in), int(portal.sessions.absolute))
    answer.delete_cookie(_cookie_of(state), path="/", secure=True, httponly=True, samesite="lax")
    return answer


@pages.get("/signed-in", include_in_schema=False)
async def signed_in_elsewhere(visitor: Person) -> Response:
    """What the tab shows in which somebody signed in for the sake of another."""
    return visitor.page("signin/elsewhere.html")


@pages.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request, visitor: PersonSends) -> Response:
    portal, session = portal_of(request), visitor.session
    assert session is not None
    if visitor.form.ticked("everywhere"):
        await portal.sessions.end_everywhere(session.actor.subject)
    await portal.sessions.end(session)
    answer = RedirectResponse(await portal.provider.way_out(session.tokens.identity) or "/", 303)
    answer.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@returning.post("/sign-out/back-channel", include_in_schema=False)
async def sign_out_by_the_provider(request: Request, logout_token: Annotated[str, Form()] = "") -> Response:
    """OpenID Connect Back-Channel Logout 1.0, section 2.5."""
    portal = portal_of(request)
    try:
        provider_session, subject = await portal.provider.signed_out(logout_token)
    except SignInFailed as failed:
        return JSONResponse({"error": "invalid_request", "error_description": str(failed)}, 400)
    await portal.sessions.end_of_provider(provider_session, subject)
    return HTMLResponse("", 200, headers={"Cache-Control": "no-store"})


def _cookie_of(state: str) -> str:
    return _ATTEMPT + fingerprint(state).hex()[:12]


def _set(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


__all__ = ["pages", "returning"]
