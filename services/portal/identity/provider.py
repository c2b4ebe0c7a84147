"""The identity provider: where people are sent to sign in, and what it says of those who come back.

OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636). Authlib speaks OAuth; the keys are read and kept
as for every process.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from authlib.integrations.base_client import OAuthError

from services.portal.settings import PortalSettings
from shared.contracts.core import Actor
from shared.expiring import ExpiringCache
from shared.service.http.problems import Problem
from shared.service.identity.claims import actor_of
from shared.service.identity.issuer import OidcIssuer
from shared.service.identity.tokens import Authenticator

with warnings.catch_warnings():
    # It prefers a successor of httpx that the rest of the house does not use.
    warnings.simplefilter("ignore")
    from authlib.integrations.httpx_client import AsyncOAuth2Client

SCOPE = "openid profile offline_access"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_SECONDS = 10.0


class SignInFailed(Exception):
    """The identity provider did not sign somebody in; the message is what it said."""


class Endpoints(msgspec.Struct):
    """Where the provider does what (OpenID Connect Discovery 1.0, section 3)."""

    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str = ""


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What the provider gave. ``ends_at`` is when the access token ends, in UNIX seconds."""

    access: str
    refresh: str
    identity: str
    ends_at: float


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who came back, under which session of the provider, with which tokens."""

    actor: Actor
    provider_session: str
    tokens: TokenSet


class IdentityProvider:
    """The provider that the settings name. Opens nothing until it is asked."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        keys = OidcIssuer(settings.issuer)
        self._identities = Authenticator(keys, settings.client_id)
        self._logouts = Authenticator(keys, settings.client_id, required=("iat", "jti", "events"))
        self._endpoints: ExpiringCache[str, Endpoints] = ExpiringCache(300.0, 1)

    async def ask(self, *, state: str, nonce: str, verifier: str, language: str) -> str:
        """Where to send a browser to sign in. Raises ``Problem`` 503."""
        endpoints = await self.endpoints()
        async with self._client(SCOPE) as client:
            url, _ = client.create_authorization_url(
                endpoints.authorization_endpoint,
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                ui_locales="zh-CN" if language == "zh" else "en",
            )
        return str(url)

    async def come_back(self, *, code: str, nonce: str, verifier: str) -> Newcomer:
        """Who signed in, for the code that the browser brought. Raises ``SignInFailed``, ``Problem`` 503."""
        answer = await self._token(grant_type="authorization_code", code=code, code_verifier=verifier)
        tokens = _tokens(answer, "")
        claims = await self._claims(self._identities, tokens.identity)
        if claims.get("nonce") != nonce:
            raise SignInFailed("the answer belongs to another sign-in")
        try:
            actor = actor_of(claims)
        except ValueError as error:
            raise SignInFailed(str(error)) from None
        return Newcomer(actor, str(claims.get("sid") or ""), tokens)

    async def renew(self, tokens: TokenSet) -> TokenSet:
        """Fresh tokens. Raises ``SignInFailed`` where the provider gives none, ``Problem`` 503."""
        if not tokens.refresh:
            raise SignInFailed("there is nothing to renew the session with")
        answer = await self._token(grant_type="refresh_token", refresh_token=tokens.refresh)
        return _tokens(answer, tokens.refresh, tokens.identity)

    async def signed_out(self, logout_token: str) -> tuple[str, str]:
        """The session and the subject that the provider signs out (OpenID Connect Back-Channel Logout 1.0, section
        2.6); one may be empty. Raises ``SignInFailed`` for a token that is none."""
        claims = await self._claims(self._logouts, logout_token)
        events = claims.get("events")
        if not isinstance(events, Mapping) or LOGOUT_EVENT not in events or "nonce" in claims:
            raise SignInFailed("it is no logout token")
        session, subject = str(claims.get("sid") or ""), str(claims.get("sub") or "")
        if not session and not subject:
            raise SignInFailed("it names nobody")
        return session, subject

    async def way_out(self, identity: str) -> str:
        """Where to send a browser to sign out at the provider, too; empty where it has no such page."""
        page = (await self.endpoints()).end_session_endpoint
        if not page:
            return ""
        back = {"id_token_hint": identity, "post_logout_redirect_uri": f"{self._settings.url}/"}
        return str(httpx.URL(page).copy_merge_params(back))

    async def endpoints(self) -> Endpoints:
        """Where the provider does what; remembered for five minutes. Raises ``Problem`` 503."""
        known = self._endpoints.get("")
        if known is None:
            async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
                try:
                    answer = await client.get(f"{self._settings.issuer}/.well-known/openid-configuration")
                    known = msgspec.json.decode(answer.raise_for_status().content, type=Endpoints)
                except (httpx.HTTPError, msgspec.DecodeError):
                    raise _away() from None
            self._endpoints.put("", known)
        return known

    async def _token(self, **grant: str) -> dict[str, Any]:
        endpoints = await self.endpoints()
        # No scope: a renewal may not ask for more than was granted (RFC 6749, section 6).
        async with self._client(None) as client:
            try:
                answer: dict[str, Any] = await client.fetch_token(endpoints.token_endpoint, **grant)
            except OAuthError as error:
                raise SignInFailed(str(error)) from None
            except (httpx.HTTPError, ValueError):
                raise _away() from None
        return answer

    def _client(self, scope: str | None) -> AsyncOAuth2Client:
        settings = self._settings
        return AsyncOAuth2Client(
            settings.client_id,
            settings.client_secret,
            scope=scope,
            redirect_uri=f"{settings.url}/sign-in/return",
            code_challenge_method="S256",
            timeout=_SECONDS,
            trust_env=False,
        )

    async def _claims(self, authenticator: Authenticator, token: str) -> dict[str, Any]:
        try:
            return await authenticator.claims(token)
        except Problem as problem:
            if problem.status >= 500:
                raise
            raise SignInFailed(str(problem.body.get("detail", problem))) from None


def _tokens(answer: Mapping[str, Any], refresh: str, identity: str = "") -> TokenSet:
    lasts = answer.get("expires_in")
    return TokenSet(
        str(answer.get("access_token") or ""),
        str(answer.get("refresh_token") or refresh),
        str(answer.get("id_token") or identity),
        time.time() + (float(lasts) if isinstance(lasts, int | float) else 300.0),
    )


def _away() -> Problem:
    return Problem(
        503,
        "issuer-answers",
        "The identity provider cannot be reached; try again in a moment",
        title_zh="统一身份认证暂时无法连接，请稍后重试",
        headers={"Retry-After": "5"},
    )


__all__ = ["IdentityProvider", "Newcomer", "SignInFailed", "TokenSet"]
