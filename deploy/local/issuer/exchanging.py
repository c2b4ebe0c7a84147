"""``/token``: a code or a refresh token for tokens (RFC 6749, sections 2.3.1, 4.1.3, 5 and 6)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from secrets import compare_digest
from urllib.parse import unquote_plus

from fastapi.responses import JSONResponse

from deploy.local.issuer.asking import Parameters
from deploy.local.issuer.grants import Grants, InvalidGrant, SignedIn
from deploy.local.issuer.settings import Registration
from deploy.local.issuer.tokens import ACCESS, Tokens

_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Exchange:
    """Gives the one client its tokens."""

    def __init__(self, client: Registration, grants: Grants, tokens: Tokens) -> None:
        self._client = client
        self._grants = grants
        self._tokens = tokens

    def answer(self, authorization: str, parameters: Parameters) -> JSONResponse:
        """Tokens, or an error code with its reason."""
        if not self._is_client(authorization):
            challenge = {"WWW-Authenticate": 'Basic realm="juqu demonstration sign-in"'}
            return _error("invalid_client", "client_id and secret by HTTP Basic", 401, challenge)
        given = dict(parameters)
        if len(given) != len(parameters):
            return _error("invalid_request", "a parameter stands twice")
        try:
            match given.get("grant_type"):
                case "authorization_code":
                    return self._by_code(given)
                case "refresh_token":
                    return self._given(self._grants.refresh(given.get("refresh_token", "")))
                case _:
                    return _error("unsupported_grant_type", "authorization_code or refresh_token")
        except InvalidGrant as error:
            return _error("invalid_grant", str(error))

    def _by_code(self, given: Mapping[str, str]) -> JSONResponse:
        code, returns_to, verifier = (given.get(name, "") for name in ("code", "redirect_uri", "code_verifier"))
        signed_in = self._grants.redeem(code, returns_to=returns_to, verifier=verifier)
        return self._given(signed_in, nonce=signed_in.nonce)

    def _given(self, signed_in: SignedIn, *, nonce: str = "") -> JSONResponse:
        body = {
            "token_type": "Bearer",
            "access_token": self._tokens.access(signed_in),
            "expires_in": int(ACCESS.total_seconds()),
            "refresh_token": signed_in.refresh,
            "id_token": self._tokens.identity(signed_in, nonce=nonce),
            "scope": "openid",
        }
        return JSONResponse(body, headers=_NOT_KEPT)

    def _is_client(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return False
        wanted = (self._client.client_id.encode(), self._client.secret.encode())
        told = (unquote_plus(name).encode(), unquote_plus(secret).encode())
        same = [compare_digest(one, other) for one, other in zip(told, wanted, strict=True)]
        return scheme.lower() == "basic" and all(same)


def _error(error: str, why: str, status: int = 400, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = {"error": error, "error_description": why}
    return JSONResponse(body, status, headers={**_NOT_KEPT, **(headers or {})})


__all__ = ["Exchange"]
