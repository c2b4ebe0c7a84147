"""What the issuer signs: access tokens as ``juqu token`` makes them, ID tokens and logout tokens for its client."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from deploy.local.issuer.grants import SignedIn
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.identity.verification import VerificationKey

ACCESS = timedelta(minutes=15)
ID_SECONDS = 900
LOGOUT_SECONDS = 120
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


class NoHint(ValueError):
    """An ``id_token_hint`` that is no ID token of this issuer for its client."""


class Tokens:
    """Signs with the development issuer's one key. What a client is told carries ``url`` as its issuer, so that no
    service takes it for an access token."""

    def __init__(self, issuer: DevelopmentIssuer, url: str, client_id: str) -> None:
        self._issuer = issuer
        self._url = url
        self._client_id = client_id

    def access(self, signed_in: SignedIn) -> str:
        """What the services take."""
        return self._issuer.token(signed_in.actor, lifetime=ACCESS)

    def identity(self, signed_in: SignedIn, *, nonce: str = "") -> str:
        """Who signed in (OpenID Connect Core 1.0, section 2); ``nonce`` where the client gave one."""
        actor = signed_in.actor
        claims = self._claims(signed_in, ID_SECONDS) | {
            "auth_time": signed_in.since,
            "name": actor.name,
            "office": actor.office,
            "roles": sorted(actor.roles),
        }
        return self._issuer.signed(claims | ({"nonce": nonce} if nonce else {}))

    def sign_out(self, signed_in: SignedIn) -> str:
        """That somebody signed out (OpenID Connect Back-Channel Logout 1.0, section 2.4)."""
        claims = self._claims(signed_in, LOGOUT_SECONDS) | {"jti": secrets.token_urlsafe(16), "events": {_LOGOUT: {}}}
        return self._issuer.signed(claims, kind="logout+jwt")

    async def hinted(self, token: str) -> str:
        """The ``sid`` of an ID token of ours, however old; raises ``NoHint``."""
        [key] = await self._issuer.keys()
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=sorted(key.algorithms),
                audience=self._client_id,
                issuer=self._url,
                options={"verify_exp": False, "require": ["sid", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise NoHint(str(error)) from None
        return str(claims["sid"])

    async def published(self) -> dict[str, Any]:
        """Its keys as a set (RFC 7517)."""
        return {"keys": [_jwk(key) for key in await self._issuer.keys()]}

    def _claims(self, signed_in: SignedIn, seconds: int) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self._url,
            "aud": self._client_id,
            "sub": signed_in.actor.subject,
            "sid": signed_in.sid,
            "iat": now,
            "exp": now + seconds,
        }


def _jwk(key: VerificationKey) -> dict[str, Any]:
    assert isinstance(key.key, Ed25519PublicKey)
    public: dict[str, Any] = OKPAlgorithm.to_jwk(key.key, as_dict=True)
    return public | {"kid": key.key_id, "use": "sig", "alg": min(key.algorithms)}


__all__ = ["ACCESS", "NoHint", "Tokens"]
