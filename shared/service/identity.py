"""Who is asking: signed tokens (JWT, RFC 7519), from an OIDC issuer in production, from our own issuer in development.

Claims beyond the registered ones: ``name``, ``office`` (see ``Actor``) and ``roles`` (a list of ``Role``).
"""

from __future__ import annotations

import asyncio
import json
import time
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import httpx
import jwt
from fastapi import Request

from shared.contracts.core import Actor, Role
from shared.service.development_issuer import DevelopmentIssuer, check_office
from shared.service.logs import log
from shared.service.problems import Problem

KEYS_KEPT = 300.0
"""Seconds that an issuer's keys are used before they are read again."""

REMEMBERED = 30.0
MOST_REMEMBERED = 10_000


class KeySource(Protocol):
    """Where verification keys come from. ``generation`` grows whenever they were read anew."""

    issuer: str
    generation: int

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """The public key under an id, or ``None``."""
        ...


class OidcIssuer:
    """An OpenID Connect issuer: its keys are discovered, and read again when an unknown key id appears and when they
    are older than ``kept`` seconds, so that a key that was withdrawn is known for no longer."""

    def __init__(self, issuer: str, *, kept: float = KEYS_KEPT) -> None:
        self.issuer = issuer
        self.generation = 0
        self._kept = kept
        self._fresh_until = 0.0
        self._keys: dict[str, jwt.PyJWK] = {}
        self._reading = asyncio.Lock()

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        if not self._knows(key_id):
            async with self._reading:
                if not self._knows(key_id):
                    await self._read_anew(key_id)
        return self._keys.get(key_id)

    def _knows(self, key_id: str) -> bool:
        return key_id in self._keys and time.monotonic() < self._fresh_until

    async def _read_anew(self, key_id: str) -> None:
        try:
            await self._read()
        except httpx.HTTPError as error:
            if key_id not in self._keys:
                raise
            log("identity").warning("the issuer cannot be reached; its last keys are used", error=repr(error))
        self._fresh_until = time.monotonic() + self._kept

    async def _read(self) -> None:
        async with httpx.AsyncClient(timeout=5) as client:
            configuration = await client.get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
            answer = await client.get(configuration.raise_for_status().json()["jwks_uri"])
        keys = jwt.PyJWKSet.from_json(json.dumps(answer.raise_for_status().json())).keys
        self._keys = {key.key_id: key for key in keys if key.key_id}
        self.generation += 1


def _unauthorised(detail: str) -> Problem:
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "token-is-valid",
        "A valid token is needed",
        detail,
        title_zh="需要有效的身份令牌",
        headers={"WWW-Authenticate": "Bearer"},
    )


class Identity:
    """Verifies bearer tokens and gives the actor they name. A verified one is taken as it is for ``REMEMBERED``
    seconds, though never beyond its expiry, nor when the issuer's keys were read anew."""

    def __init__(self, source: KeySource, audience: str) -> None:
        self._source = source
        self._audience = audience
        self._verified: dict[bytes, tuple[float, Actor]] = {}
        self._generation = source.generation

    async def actor(self, token: str) -> Actor:
        """The actor of a token; raises ``Problem`` 401 saying why it is not accepted."""
        if self._generation != self._source.generation:
            self._forget()
        name, now = sha256(token.encode("utf-8", "surrogatepass")).digest(), time.time()
        until, actor = self._verified.get(name, (0.0, None))
        if actor is not None and now < until:
            return actor
        actor, expires = await self._verify(token)
        if len(self._verified) >= MOST_REMEMBERED:
            self._forget()
        self._verified[name] = (min(expires, now + REMEMBERED), actor)
        return actor

    def _forget(self) -> None:
        self._generation = self._source.generation
        self._verified.clear()

    async def _verify(self, token: str) -> tuple[Actor, float]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._source.key(str(header.get("kid", "")))
            if key is None:
                raise _unauthorised("the token's key is not the issuer's")
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._source.issuer,
                options={"require": ["exp", "sub", "office", "roles"]},
            )
            roles = frozenset(Role(role) for role in claims["roles"])
            check_office(claims["office"], roles)
            actor = Actor(claims["sub"], str(claims.get("name", claims["sub"])), claims["office"], roles)
            return actor, float(claims["exp"])
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise _unauthorised(str(error)) from None
        except httpx.HTTPError:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "issuer-answers", "The issuer cannot be reached") from None

    async def __call__(self, request: Request) -> Actor:
        """The actor of a request: a FastAPI dependency."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorised("send it as 'Authorization: Bearer <token>'; `juqu token` makes one")
        return await self.actor(token.strip())

    async def anyone(self, request: Request) -> Actor | None:
        """The actor where a token was sent, ``None`` for the public."""
        return await self(request) if "Authorization" in request.headers else None


def key_source(issuer: str, keys_dir: Path) -> KeySource:
    """The issuer that the settings name: an OIDC one, or the development issuer."""
    return OidcIssuer(issuer) if issuer else DevelopmentIssuer(keys_dir)


def require(actor: Actor, *roles: Role) -> Actor:
    """The actor, if they have one of the roles; raises ``Problem`` 403 otherwise."""
    if not actor.has(*roles):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "role-may-do-this",
            "Your role may not do this",
            f"it takes {' or '.join(roles)}; you are {', '.join(sorted(actor.roles)) or 'nobody'} of {actor.office}",
            title_zh="您的身份无权进行此操作",
        )
    return actor
