"""Streams of server-sent events: how many are open at a time, in all and of one reader. The server cuts off a reader
that does not read (``shared.service.http.patience``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from http import HTTPStatus

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.service.http.problems import Problem


class Readers:
    """The readers of one process, by who they are: ``in_all`` at most, ``of_one`` of them one reader's."""

    def __init__(self, *, in_all: int, of_one: int) -> None:
        self._in_all = in_all
        self._of_one = of_one
        self._now: Counter[str] = Counter()

    def answer(self, who: str, events: AsyncIterator[str]) -> StreamingResponse:
        """A stream of events as an answer; raises ``Problem`` 429 where somebody has as many as they may, 503 where
        there are too many in all."""
        if self._now[who] >= self._of_one:
            raise _too_many(HTTPStatus.TOO_MANY_REQUESTS, self._of_one, "end one of yours first", "请先关闭已有连接")
        if self._now.total() >= self._in_all:
            raise _too_many(HTTPStatus.SERVICE_UNAVAILABLE, self._in_all, "ask another process, or later", "请稍后重试")
        return _Reader(self._now, who, events)


class _Reader(StreamingResponse):
    """Counted for as long as it is served."""

    def __init__(self, now: Counter[str], who: str, events: AsyncIterator[str]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._readers = now
        self._who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._readers[self._who] += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._readers[self._who] -= 1
            if not self._readers[self._who]:
                del self._readers[self._who]


def _too_many(status: HTTPStatus, most: int, what: str, what_zh: str) -> Problem:
    return Problem(
        status,
        "readers-are-not-too-many",
        "There are too many readers of these events",
        f"at most {most}; {what}",
        title_zh="事件流读取连接过多",
        detail_zh=f"最多{most}个；{what_zh}",
        headers={"Retry-After": "10"},
    )


__all__ = ["Readers"]
