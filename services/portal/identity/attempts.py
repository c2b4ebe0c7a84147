"""SignInAttempts to sign in: one row each, so that tabs side by side and a slow sign-in lose nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from services.portal.identity.sealing import Box, fingerprint
from shared.service.service import Service

LASTS = 3600.0
"""Seconds that somebody may take at the identity provider."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is sent along, and the secret that stays in the browser."""

    state: str
    nonce: str
    verifier: str
    browser: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What was remembered of an attempt: ``back`` is the path to go to."""

    nonce: str
    verifier: str
    back: str


class SignInAttempts:
    """The attempts under way, of all replicas."""

    def __init__(self, service: Service, box: Box) -> None:
        self._service = service
        self._box = box

    async def begin(self, back: str) -> Attempt:
        """Begin one that leads back to a path."""
        attempt = Attempt(*(secrets.token_urlsafe(size) for size in (24, 24, 48, 24)))
        await self._service.fetch(
            "insert into portal.sign_ins (state, browser, nonce, verifier, back) values ($1, $2, $3, $4, $5)",
            fingerprint(attempt.state),
            fingerprint(attempt.browser),
            attempt.nonce,
            self._box.seal(attempt.verifier),
            back,
        )
        return attempt

    async def finish(self, state: str, browser: str) -> Begun | None:
        """End the attempt of that state, where this browser began it; ``None`` where there is none such (any more)."""
        rows = await self._service.fetch(
            "delete from portal.sign_ins where state = $1 and browser = $2 "
            "and began_at > now() - make_interval(secs => $3) returning nonce, verifier, back",
            fingerprint(state),
            fingerprint(browser),
            LASTS,
        )
        return Begun(rows[0]["nonce"], str(self._box.open(rows[0]["verifier"])), rows[0]["back"]) if rows else None

    async def forget_old(self) -> None:
        """Delete the rows of attempts that took too long."""
        await self._service.fetch(
            "delete from portal.sign_ins where began_at < now() - make_interval(secs => $1)", LASTS
        )


__all__ = ["Attempt", "Begun", "SignInAttempts"]
