"""What ties together all that one request led to: the ``X-Correlation-Id`` that it came with, or a new one.

The id is stored with every event and outlives a person's erasure. So a client's id is kept only if a machine made it: a
UUID, a trace id or a ``traceparent``. Anything else may be a name, a number or a mail address.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = b"x-correlation-id"
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_TRACE: Final = "(?=[0-9-]*[a-f])[0-9a-f]{32}"
_DRAWN: Final = re.compile(
    f"{_UUID}|{_TRACE}|[0-9a-f]{{2}}-{_TRACE}-[0-9a-f]{{16}}-[0-9a-f]{{2}}".encode(), re.IGNORECASE
)
"""RFC 9562 with its version and variant; a trace id, bare or in its ``traceparent`` (W3C Trace Context 3.2)."""


class Correlation:
    """Gives a request its correlation id, answers it in ``X-Correlation-Id``, and binds it to every log line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = kept(next((value for name, value in scope["headers"] if name == HEADER), b""))
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        header = (HEADER, correlation_id.encode("ascii"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        tokens = structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)


def kept(sent: bytes) -> str:
    """The id of a request that came with one: its own where a machine drew that, else a new one."""
    return sent.decode("ascii") if _DRAWN.fullmatch(sent) else str(uuid4())


__all__ = ["Correlation", "kept"]
