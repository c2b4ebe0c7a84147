"""``/authorize``: the page of people, and the way back to the portal as one of them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from deploy.local.issuer.asking import AskedSignIn, Denied, answer_address, read_asked
from deploy.local.issuer.choosing import NobodyChosen, chosen, form_of, offices
from deploy.local.issuer.grants import Grants
from deploy.local.issuer.people import find, panels, rooms
from deploy.local.issuer.rendering import SEE_OTHER, IssuerPages, texts_of
from deploy.local.issuer.settings import IssuerSettings

UNPROCESSABLE = 422


def sign_in_routes(settings: IssuerSettings, grants: Grants, pages: IssuerPages) -> APIRouter:
    """Asking who somebody is, and taking the answer. Both read the client's request from the query."""
    routes = APIRouter()

    def asked(request: Request) -> AskedSignIn:
        return read_asked(request.query_params.multi_items(), settings.portal)

    def people(request: Request, wrong: NobodyChosen | None = None, typed: Mapping[str, str] | None = None) -> Response:
        shown = {"rooms": rooms(), "panels": panels(), "offices": offices(), "wrong": wrong, "typed": typed or {}}
        return pages.page(request, "people.html", UNPROCESSABLE if wrong else 200, **shown)

    @routes.get("/authorize")
    async def ask(request: Request) -> Response:
        try:
            asked(request)
        except Denied as denied:
            return _back(settings, denied.state, error=denied.error, error_description=denied.why)
        return people(request)

    @routes.post("/authorize")
    async def choose(request: Request) -> Response:
        try:
            wanted = asked(request)
        except Denied as denied:
            return _back(settings, denied.state, error=denied.error, error_description=denied.why)
        form = await texts_of(request)
        try:
            actor = find(form.get("person", "")) or chosen(form)
        except NobodyChosen as wrong:
            which = form_of(form)
            return people(request, wrong, {which: form.get(which, ""), f"{which}-name": form.get("name", "")})
        return _back(settings, wanted.state, code=grants.code(wanted, actor))

    return routes


def _back(settings: IssuerSettings, state: str, **answer: str) -> Response:
    address = answer_address(settings.portal.returns_to, **answer, state=state, iss=settings.url)
    return RedirectResponse(address, SEE_OTHER, headers={"Cache-Control": "no-store"})


__all__ = ["sign_in_routes"]
