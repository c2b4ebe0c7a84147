"""The keys of an OpenID Connect issuer: discovered, kept, and read again when they are old or a token names another.

An answer that cannot be read counts as no answer, and the last keys stay in use. Strangers can make a process read the
keys again only once in a while.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx
import jwt
import msgspec

from shared.eventlog.wording import describe
from shared.service.identity.verification import IssuerAway, VerificationKey
from shared.service.logs import logger_of

logger = logger_of("identity")

KEYS_KEPT = 300.0
"""Seconds that an issuer's keys are used before they are read again."""

PAUSE = 30.0
"""Seconds from one reading for the sake of an unknown key, or in vain, to the next."""

ANSWERS_WITHIN = 5.0
"""Seconds that both documents of an issuer may take together."""

LARGEST = 1_048_576
"""Bytes of one of them."""

MOST_KEYS = 100

_RSA: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_ALGORITHMS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("RSA", ""): _RSA,
    ("EC", "P-256"): frozenset({"ES256"}),
    ("EC", "P-384"): frozenset({"ES384"}),
    ("EC", "P-521"): frozenset({"ES512"}),
    ("OKP", "Ed25519"): frozenset({"EdDSA"}),
}
"""What each kind of public key verifies (RFC 7518, section 3.1; RFC 8037), where it does not say so itself."""

_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


class OidcIssuer:
    """An OpenID Connect issuer. Keys older than ``kept`` seconds are read again, so a withdrawn key is trusted for no
    longer than that. For an unknown key they are read at most once in ``pause`` seconds."""

    def __init__(self, issuer: str, *, kept: float = KEYS_KEPT, pause: float = PAUSE) -> None:
        self.issuer = issuer
        self.generation = 0
        self._kept = kept
        self._pause = pause
        self._fresh_until = 0.0
        self._asked_again = -pause
        self._away = False
        self._published: list[Mapping[str, Any]] = []
        self._keys: tuple[VerificationKey, ...] = ()
        self._reading = asyncio.Lock()

    async def keys(self) -> Sequence[VerificationKey]:
        if time.monotonic() >= self._fresh_until:
            async with self._reading:
                if time.monotonic() >= self._fresh_until:
                    await self._read()
        if not self._keys:
            raise IssuerAway(self.issuer)
        return self._keys

    async def newer(self, than: int) -> bool:
        async with self._reading:
            if self.generation == than and time.monotonic() >= self._asked_again + self._pause:
                self._asked_again = time.monotonic()
                await self._read()
        if self._away:
            raise IssuerAway(self.issuer)
        return self.generation != than

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                published = await _published(self.issuer)
            keys = _usable(published)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError, RecursionError) as error:
            self._away = True
            logger.warning("the issuer cannot be read; its last keys go on", error=describe(error))
        else:
            self._away = False
            if published != self._published:
                self._published, self._keys = published, keys
                self.generation += 1
        self._fresh_until = time.monotonic() + (min(self._pause, self._kept) if self._away else self._kept)


class _Configuration(msgspec.Struct):
    jwks_uri: str
    issuer: str | None = None


class _KeySet(msgspec.Struct):
    keys: list[Any]


async def _published(issuer: str) -> list[Mapping[str, Any]]:
    """The keys that an issuer publishes; raises ``ValueError`` and what ``httpx`` raises."""
    async with httpx.AsyncClient(timeout=ANSWERS_WITHIN) as client:
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        configuration = msgspec.json.decode(await _document(client, address), type=_Configuration)
        named = configuration.issuer or issuer
        if named.rstrip("/") != issuer.rstrip("/"):
            raise ValueError(f"it calls itself {named[:200]!r}")
        key_set = msgspec.json.decode(await _document(client, configuration.jwks_uri), type=_KeySet)
    if len(key_set.keys) > MOST_KEYS:
        raise ValueError(f"it has {len(key_set.keys)} keys; at most {MOST_KEYS} are read")
    return [key for key in key_set.keys if isinstance(key, dict)]


async def _document(client: httpx.AsyncClient, url: str) -> bytes:
    """What is at an address, as it is sent: nothing is unpacked and no redirect followed."""
    document = bytearray()
    async with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_raw():
            document += part
            if len(document) > LARGEST:
                raise ValueError(f"it answers more than {LARGEST} bytes")
    return bytes(document)


def _usable(published: Sequence[Mapping[str, Any]]) -> tuple[VerificationKey, ...]:
    """Those that verify signatures; raises ``ValueError`` where there is none."""
    keys = tuple(key for key in map(_verifying, published) if key is not None)
    if not keys:
        raise ValueError("it has no key that verifies signatures")
    return keys


def _verifying(published: Mapping[str, Any]) -> VerificationKey | None:
    """A JWK (RFC 7517) as a key; ``None`` for what is no public key for signatures, or cannot be read.

    A shared secret (``oct``) is none, whoever publishes it.
    """
    kind, curve, stated = (published.get(name, "") for name in ("kty", "crv", "alg"))
    try:
        algorithms = _ALGORITHMS.get((kind, "" if kind == "RSA" else curve), frozenset())
        algorithms = algorithms & {stated} if stated else algorithms
        if not algorithms or published.get("use", "sig") != "sig" or "verify" not in published.get("key_ops", "verify"):
            return None
        public = {name: value for name, value in published.items() if name not in _PRIVATE}
        key = jwt.PyJWK(public, algorithm=min(algorithms)).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    key_id = published.get("kid")
    return VerificationKey(key_id if isinstance(key_id, str) else "", algorithms, key)


__all__ = ["OidcIssuer"]
