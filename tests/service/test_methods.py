"""HEAD is GET without its body, also where the body has no end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from shared.service.http.web import open_web


@asynccontextmanager
async def nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


async def test_head_of_a_stream_without_end_ends() -> None:
    app = open_web("juqu test", nothing)
    left = asyncio.Event()

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def endless() -> AsyncIterator[str]:
            try:
                while True:
                    yield "more"
                    await asyncio.sleep(0)
            finally:
                left.set()

        return StreamingResponse(endless(), media_type="text/event-stream")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://juqu") as client:
        head = await asyncio.wait_for(client.head("/stream"), 5)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")
    await asyncio.wait_for(left.wait(), 5)
