"""The headers of every page: what a browser may load, and from where."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NOT_OURS = ("/docs",)


class PageHeaders:
    """Adds a strict Content-Security-Policy and its like. ``issuer`` is where a form of ours may lead: signing out."""

    def __init__(self, app: ASGIApp, *, issuer: str) -> None:
        self._app = app
        at = urlsplit(issuer)
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
            f"worker-src 'self'; manifest-src 'self'; form-action 'self' {at.scheme}://{at.netloc}; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"referrer-policy", b"same-origin"),
            (b"x-content-type-options", b"nosniff"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NOT_OURS):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message.get("headers", ())}
                more = [header for header in self._headers if header[0] not in said]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        await self._app(scope, receive, with_headers)


__all__ = ["PageHeaders"]
