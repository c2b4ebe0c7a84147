"""A request that is still waited for when the process ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from deploy.local.ports import free_ports
from shared.service.app import Ending


@asynccontextmanager
async def served(app: Ending) -> AsyncIterator[tuple[uvicorn.Server, str]]:
    """The app on a real server, which gives its requests no time to end."""
    (port,) = free_ports(1)
    config = uvicorn.Config(app, port=port, lifespan="off", log_config=None, timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server, f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def test_it_is_told_to_come_again() -> None:
    waiting = asyncio.Event()

    async def wait_for_ever(_scope: Scope, _receive: Receive, _send: Send) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with served(Ending(wait_for_ever)) as (server, url), httpx.AsyncClient(trust_env=False) as client:
        asked = asyncio.create_task(client.post(f"{url}/applications", timeout=60))
        await waiting.wait()
        server.should_exit = True
        answer = await asked
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["type"] == "urn:juqu:rule:servers-are-available"
    assert answer.json()["instance"] == "/applications"


async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    waiting = asyncio.Event()

    async def begin_and_wait(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        waiting.set()
        await asyncio.Event().wait()

    async with served(Ending(begin_and_wait)) as (server, url), httpx.AsyncClient(trust_env=False) as client:
        asked = asyncio.create_task(client.get(url, timeout=60))
        await waiting.wait()
        server.should_exit = True
        (ended,) = await asyncio.gather(asked, return_exceptions=True)
    assert isinstance(ended, httpx.RemoteProtocolError)
