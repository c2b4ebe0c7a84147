"""Readers of the feed who do not read, and too many of them, against a real relay."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest
import uvicorn

from deploy.local.ports import free_ports
from services.relay.app import build_app
from services.relay.routes import IN_ALL, OF_ONE
from shared.contracts.core import Actor, Role
from shared.service.http.patience import Patience
from shared.service.http.serving import server_config
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.settings import Settings, read_settings
from tests.messaging.conftest import QUICK
from tests.messaging.traffic import Writer, eventually
from tests.servers import Database


@pytest.fixture
def settings(database: Database, redis_url: str, tmp_path: Path) -> Settings:
    environment = {
        "JUQU_DATABASE_URL": database.url("relay"),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_STATE_DIR": str(tmp_path),
        "JUQU_PORT": str(free_ports(1)[0]),
        "JUQU_OIDC_ISSUER": "development",
    }
    return read_settings("relay", environment)


def asking(settings: Settings, consumer: str) -> bytes:
    who = Actor(consumer, consumer, f"consumer:{consumer}", frozenset({Role.CONSUMER}))
    token = DevelopmentIssuer(settings.keys_dir).token(who)
    head = ["GET /events HTTP/1.1", "Host: juqu", "Accept: text/event-stream", f"Authorization: Bearer {token}"]
    return "\r\n".join([*head, "", ""]).encode()


@asynccontextmanager
async def relaying(settings: Settings) -> AsyncIterator[uvicorn.Server]:
    patience = Patience(write=2.0, per_client=400)
    server = uvicorn.Server(server_config(build_app(settings, pace=QUICK), settings, grace=1, patience=patience))
    task = asyncio.create_task(server._serve())
    await eventually(lambda: server.started, "serving")
    try:
        yield server
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 20)


async def deaf(settings: Settings, consumer: str) -> socket.socket:
    """A reader that asks and never reads, with as little room as the machine allows."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    made.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(made, ("127.0.0.1", settings.port))
    await loop.sock_sendall(made, asking(settings, consumer))
    return made


async def seated(settings: Settings, consumer: str) -> socket.socket:
    """A reader that was let in, and reads no more than that."""
    made = await deaf(settings, consumer)
    assert await status_of(made) == 200
    return made


async def status_of(reader: socket.socket) -> int:
    return int((await asyncio.get_running_loop().sock_recv(reader, 12)).removeprefix(b"HTTP/1.1 "))


async def test_two_hundred_readers_who_do_not_read_cost_the_relay_nothing_lasting(
    settings: Settings, writer: Writer
) -> None:
    for _ in range(20):
        await writer.some(200)
    async with relaying(settings) as server:
        before = psutil.Process().memory_info().rss
        readers = await asyncio.gather(*(seated(settings, f"c{number % 20}") for number in range(IN_ALL)))
        async with asyncio.timeout(60):
            most = psutil.Process().memory_info().rss
            while server.server_state.connections or server.server_state.tasks:
                await asyncio.sleep(0.1)
        gc.collect()
        assert most - before < 150_000_000
        for each in readers:
            each.close()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}") as client:
            assert (await client.get("/health")).status_code == 200


async def test_one_consumer_has_so_many_readers_and_the_next_waits(settings: Settings) -> None:
    async with relaying(settings):
        readers = [await seated(settings, "one") for _ in range(OF_ONE)]
        refused = await deaf(settings, "one")
        answer = await asyncio.get_running_loop().sock_recv(refused, 1000)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"retry-after: 10" in answer.lower()
        readers[0].close()

        async def there_is_a_seat() -> bool:
            readers.append(await deaf(settings, "one"))
            return await status_of(readers[-1]) == 200

        await eventually(there_is_a_seat, "a seat that was left is another's")
        for each in (*readers, refused):
            each.close()
