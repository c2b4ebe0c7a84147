"""Clients who are slow, silent, too many or too large, against a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.local.ports import free_ports
from shared.service.http.patience import Patience
from shared.service.http.serving import server_config
from shared.service.settings import SettingError, Settings, read_settings

QUICK = Patience(head=0.4, window=0.4, pace=100, write=0.5, idle=1.0, head_bytes=4096, headers=20)
GET = b"GET / HTTP/1.1\r\nHost: juqu\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: juqu\r\nContent-Length: %d\r\n\r\n"
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def settings_of(port: int, **more: str) -> Settings:
    environment = {
        "JUQU_DATABASE_URL": "-",
        "JUQU_REDIS_URL": "-",
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_PORT": str(port),
    }
    return read_settings("tests", environment | more)


@asynccontextmanager
async def served(app: ASGIApp, patience: Patience = QUICK, **more: str) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    (port,) = free_ports(1)
    config = server_config(app, settings_of(port, **more), grace=0, patience=patience)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server, port
    finally:
        server.should_exit = True
        await task


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with who asked and how much they sent, once the body is whole."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    content = json.dumps({"client": scope["client"][0], "size": size}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": content})


async def flood(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers without end, as a stream of events does."""

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536
            await asyncio.sleep(0)

    await StreamingResponse(pieces())(scope, receive, send)


async def connect(port: int, said: bytes = b"", *, limit: int = 65_536) -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=limit)
    writer.write(said)
    return reader, writer


async def heard(connection: Connection) -> bytes:
    """All that comes until the server ends the connection."""
    async with asyncio.timeout(5):
        return await connection[0].read()


async def all_gone(server: uvicorn.Server) -> None:
    """Wait until the server holds nothing more for anybody."""
    async with asyncio.timeout(10):
        while server.server_state.connections or server.server_state.tasks:
            await asyncio.sleep(0.02)


def rule_in(answer: bytes, status: int) -> str:
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert b"content-type: application/problem+json" in head.lower()
    problem = json.loads(content)
    assert problem["status"] == status
    assert problem["title_zh"]
    return str(problem["type"]).removeprefix("urn:juqu:rule:")


async def test_a_head_that_never_ends_is_cut_off_however_it_trickles() -> None:
    async with served(echo) as (_, port):
        reader, writer = await connect(port, b"GET / HTTP/1.1\r\n")

        async def trickle() -> None:
            for number in range(100):
                writer.write(f"X-{number}: slow\r\n".encode())
                await asyncio.sleep(0.1)

        trickling = asyncio.create_task(trickle())
        answer = await heard((reader, writer))
        trickling.cancel()
    assert rule_in(answer, 408) == "request-comes-in-time"


async def test_a_connection_that_never_says_anything_is_ended() -> None:
    async with served(echo) as (server, port):
        assert await heard(await connect(port)) == b""
        await all_gone(server)


async def test_a_body_slower_than_its_pace_is_cut_off_and_one_that_keeps_it_is_read() -> None:
    async with served(echo) as (_, port):
        slow = await connect(port, POST % 1000 + b"x")
        assert rule_in(await heard(slow), 408) == "request-comes-in-time"
        reader, writer = await connect(port, POST % 1000)
        for _ in range(10):
            writer.write(b"x" * 100)
            await asyncio.sleep(0.15)
        assert b'"size": 1000' in await reader.readuntil(b"}")
        writer.close()


async def test_who_waits_to_be_asked_for_the_body_is_not_slow() -> None:
    async def ponder(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(1)
        await echo(scope, receive, send)

    async with served(ponder) as (_, port):
        said = b"POST / HTTP/1.1\r\nHost: juqu\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        reader, writer = await connect(port, said)
        assert b"100 Continue" in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"yes")
        assert b'"size": 3' in await reader.readuntil(b"}")
        writer.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nX: " + b"x" * 5000 + b"\r\n\r\n",
        b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % each for each in range(30)) + b"\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: " + b"x" * 300_000,
    ],
    ids=["a header", "a target", "many headers", "a header without end", "a trailer without end"],
)
async def test_a_head_that_is_too_large_is_refused_while_it_comes(head: bytes) -> None:
    async with served(echo, replace(QUICK, head=60, window=60)) as (_, port):
        assert rule_in(await heard(await connect(port, head)), 431) == "request-head-is-not-too-large"


async def test_what_is_no_http_is_told_so() -> None:
    async with served(echo) as (_, port):
        assert rule_in(await heard(await connect(port, b"\x16\x03\x01 hello\r\n\r\n")), 400) == "request-is-http"


async def test_an_idle_connection_is_kept_for_a_while_only_and_a_pipeline_is_answered() -> None:
    async with served(echo) as (_, port):
        reader, writer = await connect(port, GET + GET)
        for _ in range(2):
            assert b'"size": 0' in await reader.readuntil(b"}")
            await reader.readuntil(b"0\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(GET)
        assert b'"size": 0' in await reader.readuntil(b"}")
        await reader.readuntil(b"0\r\n\r\n")
        assert await heard((reader, writer)) == b""


async def test_who_does_not_read_is_cut_off_and_leaves_nothing() -> None:
    async with served(flood) as (server, port):
        deaf = [await connect(port, GET, limit=1024) for _ in range(50)]
        assert len(server.server_state.connections) == 50
        await all_gone(server)
        for _, writer in deaf:
            writer.close()


async def test_who_does_not_read_a_short_answer_is_cut_off_too() -> None:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b"x" * 8_000_000})

    async with served(answer) as (server, port):
        _, writer = await connect(port, GET, limit=1024)
        async with asyncio.timeout(10):
            while not server.server_state.total_requests:
                await asyncio.sleep(0.02)
        await all_gone(server)
        writer.close()


async def test_one_address_does_not_take_all_connections() -> None:
    async with served(echo, replace(QUICK, head=5, per_client=3)) as (server, port):
        held = [await connect(port) for _ in range(3)]
        refused = await heard(await connect(port, GET))
        assert rule_in(refused, 503) == "connections-are-not-too-many"
        assert b"Retry-After" in refused
        for _, writer in held:
            writer.close()
        await all_gone(server)
        reader, writer = await connect(port, GET)
        assert b'"size": 0' in await reader.readuntil(b"}")
        writer.close()


async def test_the_connection_that_was_idle_longest_makes_room() -> None:
    async with served(echo, replace(QUICK, head=5, connections=2), JUQU_TRUSTED_PROXIES="127.0.0.1") as (_, port):
        first, second = await connect(port), await connect(port)
        reader, writer = await connect(port, GET)
        assert b'"size": 0' in await reader.readuntil(b"}")
        assert await heard(first) == b""
        second[1].write(GET)
        assert b'"size": 0' in await second[0].readuntil(b"}")
        writer.close()
        second[1].close()


async def test_only_a_named_proxy_is_believed_about_the_client() -> None:
    said = b"GET / HTTP/1.1\r\nX-Forwarded-For: 198.51.100.9, 203.0.113.7\r\n\r\n"
    async with served(echo) as (_, port):
        reader, writer = await connect(port, said)
        assert b'"client": "127.0.0.1"' in await reader.readuntil(b"}")
        writer.close()
    async with served(echo, JUQU_TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1") as (_, port):
        reader, writer = await connect(port, said)
        assert b'"client": "203.0.113.7"' in await reader.readuntil(b"}")
        writer.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("JUQU_TRUSTED_PROXIES", "proxy.jl.gov.cn"), ("JUQU_TRUSTED_PROXIES", "10.0.0.1/8"), ("JUQU_CONNECTIONS", "0")],
)
def test_a_limit_that_cannot_be_read_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=name):
        settings_of(1, **{name: value, "JUQU_STATE_DIR": str(tmp_path)})
