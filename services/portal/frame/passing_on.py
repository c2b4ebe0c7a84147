"""Documents of the services, passed on to the person who asked for them, piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from fastapi.responses import StreamingResponse

from services.portal.frame.visitor import Visitor

_KEPT = ("content-type", "content-length", "content-disposition", "etag")


async def passed_on(visitor: Visitor, service: str, path: str) -> StreamingResponse:
    """A document as a service gives it to this person; raises ``NotDone``. No browser and no proxy keeps it."""
    async with AsyncExitStack() as stack:
        answer = await stack.enter_async_context(visitor.services.download(visitor.sender, service, path))
        open_until_read = stack.pop_all()

    async def pieces() -> AsyncIterator[bytes]:
        async with open_until_read:
            async for piece in answer.aiter_bytes():
                yield piece

    headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    return StreamingResponse(pieces(), headers=headers | {"Cache-Control": "private, no-store"})


__all__ = ["passed_on"]
