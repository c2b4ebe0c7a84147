"""The one reader of a process for all its open pages: it waits for the read models and tells whom it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Final

from services.portal.identity.sessions import PersonSession, Sessions
from services.portal.live.listening import OpenPage
from services.portal.reading.news import news_since
from services.portal.views import CASES
from shared.eventlog.wording import describe
from shared.retrying import Pauses, run_for_ever
from shared.service.http.streams import Readers
from shared.service.logs import logger_of
from shared.service.service import Service

logger = logger_of("live")

IN_ALL: Final = 400
"""Streams that one process serves."""
OF_ONE: Final = 4
"""Of them, streams of one session: its browser needs one for all its tabs."""
LOOKED_AFTER: Final = 15.0
"""Seconds after which it is looked whether sessions have ended, where nothing happens."""
BREATH: Final = 1.0
"""Seconds between two tellings: what happens meanwhile is told together."""


class LivePages:
    """The listeners of one process. ``run`` tells them; ``end`` ends their streams as the process ends."""

    def __init__(self, service: Service, sessions: Sessions) -> None:
        self.readers = Readers(in_all=IN_ALL, of_one=OF_ONE)
        self._service = service
        self._sessions = sessions
        self._listeners: set[OpenPage] = set()
        self._somebody = asyncio.Event()
        self._told = 0
        self._ending = False

    @property
    def reached(self) -> int:
        """The seq that the read models show at least."""
        return self._service.projectors[CASES.name].reached

    async def listen(self, session: PersonSession, after: int) -> AsyncIterator[str]:
        """What a browser of a session is sent, from a seq on."""
        listener = OpenPage(session)
        with self._joined(listener):
            if after < self.reached:
                await self._tell_what_happened([listener], after, self.reached)
            async for words in listener.words():
                yield words

    def end(self) -> None:
        """End every stream, and each that begins."""
        self._ending = True
        for listener in self._listeners:
            listener.leave()

    async def run(self) -> None:
        """Tell what happens, for ever; a database that is away is waited for."""
        await run_for_ever(self._round, troubled=_note, pauses=Pauses(1.0, 30.0))

    @contextmanager
    def _joined(self, listener: OpenPage) -> Iterator[None]:
        if not self._listeners:
            self._told = self.reached
        self._listeners.add(listener)
        self._somebody.set()
        if self._ending:
            listener.leave()
        try:
            yield
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._somebody.clear()

    async def _round(self) -> None:
        await self._somebody.wait()
        await self._service.projectors[CASES.name].moved(self._told, within=LOOKED_AFTER)
        await self._sign_out_the_ended()
        upto = self.reached
        if upto > self._told:
            await self._tell_what_happened(self._listeners, self._told, upto)
            await asyncio.sleep(BREATH)
        self._told = upto

    async def _sign_out_the_ended(self) -> None:
        listening = list(self._listeners)
        alive = await self._sessions.alive({listener.session.key for listener in listening})
        for listener in listening:
            if listener.session.key not in alive:
                listener.sign_out()

    async def _tell_what_happened(self, listeners: Iterable[OpenPage], after: int, upto: int) -> None:
        """One question for all who see the same."""
        today = await self._service.today()
        async with self._service.reading() as connection:
            for _, alike in groupby(sorted(listeners, key=_sight), key=_sight):
                those = list(alike)
                news = await news_since(connection, those[0].session.actor, today, after, upto)
                for listener in those if not news.empty else ():
                    listener.tell(news)


def _sight(listener: OpenPage) -> tuple[str, ...]:
    """What decides which cases somebody sees, and what is theirs to do."""
    actor = listener.session.actor
    return (actor.office, *sorted(actor.roles))


def _note(error: Exception) -> None:
    logger.warning("could not tell the open pages", error=describe(error))


__all__ = ["IN_ALL", "OF_ONE", "LivePages"]
