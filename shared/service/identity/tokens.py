"""Who is asking: signed tokens (JWT, RFC 7519), from an OIDC issuer in production, from our own issuer in development.

Claims beyond the registered ones: ``name``, ``office`` (see ``Actor``) and ``roles`` (a list of ``Role``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jwt
from fastapi import Request

from shared.contracts.core import Actor, Role
from shared.expiring import ExpiringCache
from shared.service.http.problems import Problem
from shared.service.identity.claims import actor_of
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.identity.issuer import OidcIssuer
from shared.service.identity.verification import IssuerAway, KeySource, VerificationKey
from shared.service.settings import DEVELOPMENT

LEEWAY = 30
"""Seconds by which the issuer's clock and ours may differ."""

REMEMBERED = 30.0
"""Seconds that a verified token is taken as it is."""
MOST_REMEMBERED = 10_000


def _unauthorised(detail: str, detail_zh: str) -> Problem:
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "token-is-valid",
        "A valid token is needed",
        detail.encode("utf-8", "backslashreplace").decode(),
        title_zh="需要有效的身份令牌",
        detail_zh=detail_zh,
        headers={"WWW-Authenticate": "Bearer"},
    )


def _not_as_required(error: Exception) -> Problem:
    return _unauthorised(str(error), "令牌的格式或其中的声明不符合要求")


OF_A_PERSON = ("exp", "sub", "office", "roles")
"""The claims that a person's token must have."""


class Authenticator:
    """Verifies bearer tokens and gives the actor they name. A verified token is not verified again for ``REMEMBERED``
    seconds, unless it expires or the issuer's keys change."""

    def __init__(self, source: KeySource, audience: str, *, required: Sequence[str] = OF_A_PERSON) -> None:
        self._source = source
        self._audience = audience
        self._required = list(required)
        self._verified: ExpiringCache[bytes, tuple[Actor, float]] = ExpiringCache(REMEMBERED, MOST_REMEMBERED)
        self._generation = source.generation

    async def actor(self, token: str) -> Actor:
        """The actor of a token; raises ``Problem`` 401 saying why it is not accepted."""
        self._forget_former_keys()
        name, asked_at = sha256(token.encode("utf-8", "surrogatepass")).digest(), time.monotonic()
        verified = self._verified.get(name)
        if verified is None or time.time() >= verified[1]:
            verified = await self._verify(token)
            self._forget_former_keys()
            self._verified.put(name, verified, since=asked_at)
        return verified[0]

    def _forget_former_keys(self) -> None:
        if self._generation != self._source.generation:
            self._generation = self._source.generation
            self._verified.clear()

    async def _verify(self, token: str) -> tuple[Actor, float]:
        """The actor, and until when (UNIX seconds) the token is one."""
        claims = await self.claims(token)
        try:
            return actor_of(claims), float(claims["exp"]) + LEEWAY
        except (ValueError, TypeError, ArithmeticError) as error:
            raise _not_as_required(error) from None

    async def claims(self, token: str) -> dict[str, Any]:
        """What a token claims, verified; raises ``Problem`` 401 saying why it is not accepted, or 503."""
        try:
            header = jwt.get_unverified_header(token)
            return await self._claims(token, str(header.get("kid") or ""), str(header.get("alg")))
        except jwt.ExpiredSignatureError as error:
            raise _unauthorised(str(error), "令牌已过期") from None
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise _not_as_required(error) from None
        except IssuerAway:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "issuer-answers",
                "The issuer of tokens cannot be reached; try again",
                title_zh="身份认证服务暂时不可用，请稍后重试",
                headers={"Retry-After": "5"},
            ) from None

    async def _claims(self, token: str, key_id: str, algorithm: str) -> dict[str, Any]:
        """The claims, verified by the first of the issuer's keys that fits. The keys are read once more where none
        fits."""
        keys = await self._source.keys()
        generation = self._source.generation
        claims = self._verified_by(_fitting(keys, key_id, algorithm), token)
        if claims is None and not _has(keys, key_id) and await self._source.newer(generation):
            claims = self._verified_by(_fitting(await self._source.keys(), key_id, algorithm), token)
        if claims is None:
            raise _unauthorised("none of the issuer's keys has signed the token", "令牌不是由签发方的密钥签署的")
        return claims

    def _verified_by(self, keys: Sequence[VerificationKey], token: str) -> dict[str, Any] | None:
        for key in keys:
            try:
                claims: dict[str, Any] = jwt.decode(
                    token,
                    key.key,
                    algorithms=sorted(key.algorithms),
                    audience=self._audience,
                    issuer=self._source.issuer,
                    leeway=LEEWAY,
                    options={"require": self._required},
                )
            except jwt.InvalidSignatureError:
                continue
            return claims
        return None

    async def __call__(self, request: Request) -> Actor:
        """The actor of a request: a FastAPI dependency."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorised(
                "send it as 'Authorization: Bearer <token>'; `juqu token` makes one",
                "请以“Authorization: Bearer <令牌>”发送；令牌可由juqu token生成",
            )
        return await self.actor(token.strip())

    async def anyone(self, request: Request) -> Actor | None:
        """The actor where a token was sent, ``None`` for the public."""
        return await self(request) if "Authorization" in request.headers else None


def _fitting(keys: Sequence[VerificationKey], key_id: str, algorithm: str) -> list[VerificationKey]:
    """The keys that may have signed: those under the token's key id, else those without one; all for a token that
    names none (OpenID Connect Core 1.0, section 10.1)."""
    wanted = {key_id} if key_id and _has(keys, key_id) else {""} if key_id else {key.key_id for key in keys}
    return [key for key in keys if key.key_id in wanted and algorithm in key.algorithms]


def _has(keys: Sequence[VerificationKey], key_id: str) -> bool:
    return bool(key_id) and any(key.key_id == key_id for key in keys)


def key_source(issuer: str, keys_dir: Path) -> KeySource:
    """The issuer that the settings name: an OIDC one, or ``development``."""
    return DevelopmentIssuer(keys_dir) if issuer == DEVELOPMENT else OidcIssuer(issuer)


def require(actor: Actor, *roles: Role) -> Actor:
    """The actor, if they have one of the roles; raises ``Problem`` 403 otherwise."""
    if not actor.has(*roles):
        mine = ", ".join(sorted(actor.roles))
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "role-may-do-this",
            "Your role may not do this",
            f"it takes {' or '.join(roles)}; you are {mine or 'nobody'} of {actor.office}",
            title_zh="您的身份无权进行此操作",
            detail_zh=f"需要的身份：{'、'.join(roles)}；您的身份：{mine or '无'}（{actor.office}）",
        )
    return actor
