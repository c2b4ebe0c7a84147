"""Codes, refresh tokens and who is signed in, in the memory of the one process: after a restart all sign in again."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256

from deploy.local.issuer.asking import AskedSignIn
from shared.contracts.core import Actor
from shared.expiring import ExpiringCache

CODE_SECONDS = 60.0
SIGNED_IN_SECONDS = 8 * 3600.0
MOST = 10_000


class InvalidGrant(Exception):
    """A code or a refresh token that grants nothing."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who signed in, at ``since`` (UNIX seconds). ``refresh`` is the one refresh token that is good."""

    sid: str
    actor: Actor
    nonce: str
    since: int
    refresh: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Code:
    asked: AskedSignIn
    actor: Actor
    redeemed_as: str = ""
    """The ``sid`` that it became; a code is good once."""


class Grants:
    """What was granted. A code or a refresh token that comes twice was stolen once: whoever signed in with it is
    signed out (RFC 6749, section 4.1.2; RFC 9700, section 4.14)."""

    def __init__(self, code_seconds: float = CODE_SECONDS, signed_in_seconds: float = SIGNED_IN_SECONDS) -> None:
        self._codes: ExpiringCache[str, _Code] = ExpiringCache(code_seconds, MOST)
        self._signed_in: ExpiringCache[str, SignedIn] = ExpiringCache(signed_in_seconds, MOST)
        self._refreshing: ExpiringCache[str, str] = ExpiringCache(signed_in_seconds, 10 * MOST)

    def code(self, asked: AskedSignIn, actor: Actor) -> str:
        """A code for somebody who chose who they are."""
        code = secrets.token_urlsafe(32)
        self._codes.put(code, _Code(asked, actor))
        return code

    def redeem(self, code: str, *, returns_to: str, verifier: str) -> SignedIn:
        """Sign somebody in by a code; raises ``InvalidGrant``."""
        granted = self._codes.get(code)
        if granted is None:
            raise InvalidGrant("the code is not known, or older than a minute")
        if granted.redeemed_as:
            self.end(granted.redeemed_as)
            raise InvalidGrant("the code was used before")
        if returns_to != granted.asked.returns_to:
            raise InvalidGrant("redirect_uri is another than the code was asked for")
        if not secrets.compare_digest(_challenge(verifier), granted.asked.challenge):
            raise InvalidGrant("code_verifier does not fit")
        sid = secrets.token_urlsafe(16)
        self._codes.renew(code, replace(granted, redeemed_as=sid))
        signed_in = SignedIn(sid, granted.actor, granted.asked.nonce, int(time.time()), self._refresh_token(sid))
        self._signed_in.put(sid, signed_in)
        return signed_in

    def refresh(self, token: str) -> SignedIn:
        """Go on by a refresh token, which is used up by it; raises ``InvalidGrant``."""
        signed_in = self._signed_in.get(self._refreshing.get(token) or "")
        if signed_in is None:
            raise InvalidGrant("the refresh token is not known, or has run out")
        if token != signed_in.refresh:
            self.end(signed_in.sid)
            raise InvalidGrant("the refresh token was used before")
        following = replace(signed_in, refresh=self._refresh_token(signed_in.sid))
        self._signed_in.renew(signed_in.sid, following)
        return following

    def end(self, sid: str) -> SignedIn | None:
        """Sign somebody out; gives who it was."""
        return self._signed_in.pop(sid)

    def signed_in(self) -> list[SignedIn]:
        """Everybody who is signed in."""
        return self._signed_in.values()

    def _refresh_token(self, sid: str) -> str:
        token = secrets.token_urlsafe(32)
        self._refreshing.put(token, sid)
        return token


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


__all__ = ["Grants", "InvalidGrant", "SignedIn"]
