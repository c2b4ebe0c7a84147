"""Open pages that listen, and what is told to each: a stream of server-sent events (HTML standard, 9.2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from services.portal.identity.sessions import PersonSession
from services.portal.reading.news import CaseNews

HEARTBEAT = 20.0
"""Seconds of silence after which a stream says that it is alive."""
ENDED = "event: ended\ndata: {}\n\n"
"""Nobody is signed in any more: there is nothing to ask again for."""


class OpenPage:
    """A browser of a session. What it is told while it does not take it is put together: nothing piles up."""

    def __init__(self, session: PersonSession) -> None:
        self.session = session
        self._waiting: CaseNews | None = None
        self._last_words = ""
        self._over = False
        self._woken = asyncio.Event()

    def tell(self, news: CaseNews) -> None:
        """Tell it."""
        self._waiting = news.after(self._waiting)
        self._woken.set()

    def sign_out(self) -> None:
        """Its session has ended: say so, and end."""
        self._last_words = ENDED
        self.leave()

    def leave(self) -> None:
        """End it: the process ends."""
        self._over = True
        self._woken.set()

    async def words(self, heartbeat: float = HEARTBEAT) -> AsyncIterator[str]:
        """What is sent, as it comes."""
        yield ": listening\n\n"
        while not self._over:
            try:
                await asyncio.wait_for(self._woken.wait(), heartbeat)
            except TimeoutError:
                yield ": alive\n\n"
                continue
            self._woken.clear()
            news, self._waiting = self._waiting, None
            if news is not None and not self._over:
                yield written(news)
        if self._last_words:
            yield self._last_words


def written(news: CaseNews) -> str:
    """As an event: its id is the seq from which the stream goes on after a break."""
    told = {"seq": news.upto, "cases": dict(news.cases), "many": news.many, "count": news.count}
    return f"id: {news.upto}\nevent: news\ndata: {json.dumps(told)}\n\n"


__all__ = ["ENDED", "HEARTBEAT", "OpenPage", "written"]
