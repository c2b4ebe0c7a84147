"""Signing somebody out: at the portal's wish (OpenID Connect RP-Initiated Logout 1.0), or from a list of who is
signed in. The portal hears of either by itself (Back-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from deploy.local.issuer.asking import Unanswerable, answer_address
from deploy.local.issuer.grants import Grants
from deploy.local.issuer.rendering import SEE_OTHER, IssuerPages, texts_of
from deploy.local.issuer.settings import Registration
from deploy.local.issuer.tokens import NoHint, Tokens
from shared.eventlog.wording import describe
from shared.service.logs import logger_of

logger = logger_of("issuer")

TOLD_WITHIN = 5.0
"""Seconds that the portal may take to hear it."""


class SigningOut:
    """Ends what was granted to somebody who signed in."""

    def __init__(self, client: Registration, grants: Grants, tokens: Tokens) -> None:
        self._client = client
        self._grants = grants
        self._tokens = tokens

    async def wished(self, given: Mapping[str, str]) -> bool:
        """Sign out whom the portal names; says whether it was told. Raises ``Unanswerable``."""
        if given.get("client_id", self._client.client_id) != self._client.client_id:
            raise Unanswerable("发起退出的应用未经登记", "The request is of an application that is not registered here")
        if given.get("post_logout_redirect_uri", self._client.home) != self._client.home:
            raise Unanswerable("退出后返回的地址未经登记", "The address to return to is not registered here")
        try:
            return await self.end(await self._tokens.hinted(given["id_token_hint"]))
        except NoHint:
            raise Unanswerable("无法确认要退出的是谁", "It cannot be told who is to be signed out") from None

    async def end(self, sid: str) -> bool:
        """Sign somebody out; says whether the portal was told. One that does not answer is not asked again: its own
        sessions end by themselves."""
        signed_in = self._grants.end(sid)
        if signed_in is None:
            return False
        body = {"logout_token": self._tokens.sign_out(signed_in)}
        try:
            async with httpx.AsyncClient(timeout=TOLD_WITHIN, trust_env=False) as client:
                answer = await client.post(self._client.told_of_sign_out, data=body)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            logger.warning("the portal was not told of a sign-out", error=describe(error))
            return False
        return True


def sign_out_routes(signing_out: SigningOut, grants: Grants, pages: IssuerPages) -> APIRouter:
    """``/end_session``, and the list of who is signed in."""
    routes = APIRouter()

    async def ended(request: Request, given: Mapping[str, str]) -> Response:
        if "id_token_hint" not in given:
            return pages.page(request, "signed_in.html", signed_in=grants.signed_in())
        told = await signing_out.wished(given)
        if back := given.get("post_logout_redirect_uri"):
            return RedirectResponse(answer_address(back, state=given.get("state", "")), SEE_OTHER)
        return pages.page(request, "signed_out.html", told=told)

    @routes.get("/")
    @routes.get("/end_session")
    async def end(request: Request) -> Response:
        return await ended(request, request.query_params)

    @routes.post("/end_session")
    async def end_by_form(request: Request) -> Response:
        given = await texts_of(request)
        if "sid" not in given:
            return await ended(request, given)
        await signing_out.end(given["sid"])
        return RedirectResponse(f"end_session?{request.url.query}", SEE_OTHER)

    return routes


__all__ = ["SigningOut", "sign_out_routes"]
