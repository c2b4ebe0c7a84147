"""HTTP methods that no route declares: HEAD is GET without a body, OPTIONS and 405 name the methods that there are
(Allow)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Methods:
    """ASGI: serves HEAD and OPTIONS wherever the app behind serves a path. ``routes`` are that app's."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["type"] == "http" else ""
        if method == "HEAD" and "HEAD" in allowed(self._routes, scope):
            await _head(self._app, scope, receive, send)
        elif method == "OPTIONS" and (methods := allowed(self._routes, scope)):
            await Response(status_code=204, headers={"Allow": ", ".join(methods)})(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def allowed(routes: Sequence[BaseRoute], scope: Scope) -> list[str]:
    """The methods that a path takes, in order; none where there is nothing at it (RFC 9110, section 10.2.1)."""
    methods: set[str] = set()
    for context in iter_route_contexts(routes):
        if context.matches({**scope, "method": "OPTIONS"})[0] is not Match.NONE:
            methods |= context.methods or set()
    if not methods:
        return []
    return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()))


async def _head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a GET whose client leaves after the headers, so that an endless stream ends."""
    answered = asyncio.Event()
    asked = False

    async def receive_until_answered() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return await receive()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            answered.set()

    await app({**scope, "method": "GET"}, receive_until_answered, send_head)


__all__ = ["Methods", "allowed"]
