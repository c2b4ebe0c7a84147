"""Sessions: rows on the server, known to a browser by a cookie. What ends them: its person, the provider, time."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import text

from services.portal.identity.acting import ActingFor, acting_for
from services.portal.identity.provider import IdentityProvider, Newcomer, SignInFailed, TokenSet
from services.portal.identity.sealing import Box, Unsealed, fingerprint
from shared.contracts.core import Actor, Role
from shared.service.service import Service

SEEN_EVERY = 60.0
"""Seconds after which it is noted again that somebody is there: a row is not written for every page."""
RENEWED_BEFORE = 60.0
"""Seconds before its end that an access token is renewed."""
_FIND = """
    select actor, tokens, guard, after_seq, acting, extract(epoch from now() - seen_at)::float8 as idle
    from portal.sessions
    where session = $1 and seen_at > now() - make_interval(secs => $2) and began_at > now() - make_interval(secs => $3)
"""
_ALIVE = """
    select session from portal.sessions where session = any($1)
    and seen_at > now() - make_interval(secs => $2) and began_at > now() - make_interval(secs => $3)
"""
_FORGET = """
    delete from portal.sessions
    where seen_at <= now() - make_interval(secs => $1) or began_at <= now() - make_interval(secs => $2)
"""


@dataclass(frozen=True, slots=True)
class PersonSession:
    """Who is signed in. ``guard`` goes into each form; ``after_seq`` is what the next page must show; ``ends_in`` the
    seconds until it ends for want of requests. ``acting`` says for whom they act."""

    key: bytes
    actor: Actor
    tokens: TokenSet
    guard: str
    after_seq: int
    ends_in: float
    acting: ActingFor | None = None


class Sessions:
    """The sessions of all replicas: each reads the same rows."""

    def __init__(self, service: Service, provider: IdentityProvider, box: Box, *, idle: float, absolute: float) -> None:
        self._service = service
        self._provider = provider
        self._box = box
        self.idle = idle
        self.absolute = absolute

    async def begin(self, signed_in: Newcomer) -> str:
        """Begin a session; gives the value of its cookie."""
        cookie = secrets.token_urlsafe(32)
        actor, tokens = signed_in.actor, signed_in.tokens
        await self._service.fetch(
            "insert into portal.sessions (session, subject, provider_session, actor, tokens, token_ends_at, guard) "
            "values ($1, $2, $3, $4::jsonb, $5, $6, $7)",
            fingerprint(cookie),
            actor.subject,
            signed_in.provider_session,
            json.dumps(_stored(actor)),
            self._box.seal(tokens),
            _moment(tokens.ends_at),
            secrets.token_urlsafe(24),
        )
        return cookie

    async def find(self, cookie: str, *, noted: bool = True) -> PersonSession | None:
        """The session of a cookie, where it has not ended. ``noted`` says that its person is there: not so of what a
        page asks by itself."""
        key = fingerprint(cookie)
        rows = await self._service.fetch(_FIND, key, self.idle, self.absolute)
        if not rows:
            return None
        row = rows[0]
        try:
            tokens = msgspec.convert(self._box.open(row["tokens"]), TokenSet)
        except Unsealed:
            return None
        if noted and row["idle"] > SEEN_EVERY:
            await self._service.fetch("update portal.sessions set seen_at = now() where session = $1", key)
        acting = acting_for(row["acting"]) if row["acting"] else None
        return PersonSession(key, _actor(row["actor"]), tokens, row["guard"], row["after_seq"], self.idle, acting)

    async def alive(self, keys: AbstractSet[bytes]) -> frozenset[bytes]:
        """Which of these sessions have not ended."""
        rows = await self._service.fetch(_ALIVE, list(keys), self.idle, self.absolute)
        return frozenset(row["session"] for row in rows)

    async def current(self, session: PersonSession) -> PersonSession:
        """The session with an access token that is good for a while. Raises ``SignInFailed`` where the provider gives
        no other, ``Problem`` 503."""
        if session.tokens.ends_at - time.time() > RENEWED_BEFORE:
            return session
        async with self._service.engine.begin() as connection:
            # Whoever comes second finds the tokens renewed: a provider takes a refresh token once.
            row = (
                await connection.execute(
                    text("select tokens from portal.sessions where session = :key for update"), {"key": session.key}
                )
            ).one_or_none()
            if row is None:
                raise SignInFailed("the session has ended")
            tokens = msgspec.convert(self._box.open(row.tokens), TokenSet)
            if tokens.ends_at - time.time() <= RENEWED_BEFORE:
                tokens = await self._provider.renew(tokens)
                await connection.execute(
                    text("update portal.sessions set tokens = :tokens, token_ends_at = :ends where session = :key"),
                    {"tokens": self._box.seal(tokens), "ends": _moment(tokens.ends_at), "key": session.key},
                )
        return replace(session, tokens=tokens)

    async def caused(self, session: PersonSession, seq: int) -> None:
        """Remember the last event that a person caused: the next page shows it, in whichever tab."""
        await self._service.fetch(
            "update portal.sessions set after_seq = greatest(after_seq, $2) where session = $1", session.key, seq
        )

    async def act_for(self, session: PersonSession, acting: ActingFor | None) -> None:
        """Have this person act for somebody from now on, in every tab; for nobody where none is given."""
        kept = None if acting is None else json.dumps(acting.stored())
        await self._service.fetch("update portal.sessions set acting = $2::jsonb where session = $1", session.key, kept)

    async def colleagues(self, actor: Actor) -> list[Actor]:
        """Whoever else of the same office is signed in, by name."""
        rows = await self._service.fetch(
            "select distinct on (subject) actor from portal.sessions "
            "where actor ->> 'office' = $1 and subject <> $2 order by subject, began_at desc",
            actor.office,
            actor.subject,
        )
        return sorted((_actor(row["actor"]) for row in rows), key=lambda each: (each.name, each.subject))

    async def end(self, session: PersonSession) -> None:
        """Sign out here."""
        await self._service.fetch("delete from portal.sessions where session = $1", session.key)

    async def end_everywhere(self, subject: str) -> int:
        """Sign a person out in every browser; gives how many sessions that ended."""
        return len(await self._service.fetch("delete from portal.sessions where subject = $1 returning 1", subject))

    async def end_of_provider(self, provider_session: str, subject: str) -> None:
        """Sign out what the provider says: one session, or all of a subject's where it names no session."""
        if provider_session:
            await self._service.fetch(
                "delete from portal.sessions where provider_session = $1 and ($2 = '' or subject = $2)",
                provider_session,
                subject,
            )
        else:
            await self.end_everywhere(subject)

    async def forget_ended(self) -> None:
        """Delete the rows of sessions that have ended."""
        await self._service.fetch(_FORGET, self.idle, self.absolute)


def _stored(actor: Actor) -> dict[str, Any]:
    return {"subject": actor.subject, "name": actor.name, "office": actor.office, "roles": sorted(actor.roles)}


def _actor(stored: Mapping[str, Any]) -> Actor:
    return Actor(stored["subject"], stored["name"], stored["office"], frozenset(map(Role, stored["roles"])))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)


__all__ = ["PersonSession", "Sessions"]
