"""What the portal has of its own: the sessions, the identity provider, the services that it asks, the templates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from urllib.parse import unquote

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.calling.known import PublicAnswers
from services.portal.calling.services import OnBehalf, Services
from services.portal.frame.drafts import Drafts
from services.portal.frame.paths import path_of
from services.portal.frame.rendering import Rendering
from services.portal.frame.visitor import SAID, Visitor
from services.portal.frame.wording import Language
from services.portal.identity.attempts import SignInAttempts
from services.portal.identity.provider import IdentityProvider, SignInFailed
from services.portal.identity.sealing import KEY_FILE, Box
from services.portal.identity.sessions import PersonSession, Sessions
from services.portal.live.live_pages import LivePages
from services.portal.settings import PortalSettings, read_portal_settings
from services.portal.views import CASES
from shared.contracts.core import day_in_china
from shared.eventlog.wording import describe
from shared.retrying import Pauses, run_for_ever
from shared.service.limits.strangers import client_of
from shared.service.logs import logger_of
from shared.service.remembered import CountedOnce
from shared.service.secret import secret_in
from shared.service.service import Service

logger = logger_of("portal")

SESSION = "__Host-session"
LANGUAGE = "__Host-language"
TYPE = "__Host-type"
TIDIED_EVERY = 300.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Portal:
    """Made once, as the portal connects."""

    service: Service
    settings: PortalSettings
    provider: IdentityProvider
    sessions: Sessions
    attempts: SignInAttempts
    drafts: Drafts
    box: Box
    services: Services
    public: PublicAnswers
    live: LivePages
    rendering: Rendering = field(default_factory=Rendering)
    counts: CountedOnce[int] = field(default_factory=CountedOnce)

    async def visitor(self, request: Request, session: PersonSession | None) -> Visitor:
        """Whoever asks, with this session."""
        cookies = request.cookies
        now = await self.service.clock.now()
        session = _today(session, day_in_china(now))
        language: Language = "en" if cookies.get(LANGUAGE) == "en" else "zh"
        return Visitor(
            services=self.services,
            public=self.public,
            rendering=self.rendering,
            language=language,
            large=cookies.get(TYPE) == "large",
            path=path_of(request),
            today=day_in_china(now),
            now=now,
            sender=_sender(request, session),
            shows=max(self.live.reached, session.after_seq if session else 0),
            session=session,
            said=unquote(cookies.get(SAID, ""))[:300],
            caused=partial(self.sessions.caused, session) if session else None,
            kept=self.drafts.of(session.actor.subject) if session else None,
        )

    async def session(self, request: Request) -> PersonSession | None:
        """The session of a request, with an access token that is good for a while. Raises ``Problem`` 503 where the
        identity provider is away."""
        cookie = request.cookies.get(SESSION)
        session = await self.sessions.find(cookie) if cookie else None
        if session is None:
            return None
        try:
            return await self.sessions.current(session)
        except SignInFailed:
            await self.sessions.end(session)
            return None

    @asynccontextmanager
    async def reading(self, visitor: Visitor) -> AsyncIterator[AsyncConnection]:
        """A connection to the portal's own read models, once they show what this person did. Raises ``Problem`` 503
        where they do not within seconds."""
        after = visitor.sender.after_seq
        if after > self.service.projectors[CASES.name].reached:
            # Where the log was set back to an earlier state, what they did is no longer in it.
            after = min(after, await self.service.log.head())
        async with self.service.reading(after=after) as connection:
            yield connection

    async def tidy(self) -> None:
        """Forget what has ended, every few minutes; a database that is away is waited for."""
        pauses = Pauses(1.0, TIDIED_EVERY)
        await run_for_ever(self._tidy_once, troubled=_note, pauses=pauses, rest=TIDIED_EVERY)

    async def _tidy_once(self) -> None:
        await self.sessions.forget_ended()
        await self.attempts.forget_old()
        await self.drafts.forget_old()


def _note(error: Exception) -> None:
    logger.warning("could not tidy up", error=describe(error))


def _sender(request: Request, session: PersonSession | None) -> OnBehalf:
    return OnBehalf(
        token=session.tokens.access if session else "",
        client=client_of(request),
        after_seq=session.after_seq if session else 0,
        correlation_id=request.scope.get("state", {}).get("correlation_id", ""),
        delegation=session.acting.delegation_id if session and session.acting else "",
    )


def _today(session: PersonSession | None, today: date) -> PersonSession | None:
    """The session as it is on a day: after a delegation's last day somebody acts in their own name again."""
    lapsed = session is not None and session.acting is not None and not session.acting.stands_on(today)
    return replace(session, acting=None) if session is not None and lapsed else session


def open_portal(service: Service) -> Portal:
    """Make it. Raises ``SettingError``."""
    settings = read_portal_settings(service.settings)
    box = Box(secret_in(service.settings.keys_dir, KEY_FILE))
    provider = IdentityProvider(settings)
    sessions = Sessions(service, provider, box, idle=settings.idle, absolute=settings.absolute)
    services = Services(settings.services)
    attempts, drafts = SignInAttempts(service, box), Drafts(service, box)
    public, live = PublicAnswers(services), LivePages(service, sessions)
    return Portal(service, settings, provider, sessions, attempts, drafts, box, services, public, live)


__all__ = ["LANGUAGE", "SESSION", "TYPE", "Portal", "open_portal"]
