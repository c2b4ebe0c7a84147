"""A load generator for HTTP: connections that are kept, one request at a time on each. Standard library only.

It writes prepared bytes and reads no more of an answer than it must: on a machine shared with the server it takes
little from that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bench.task import Sample

_IDENT = b'"case_id":"'
_LENGTH = b"content-length: "


class BadAnswer(AssertionError):
    """A server answered something else than success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What each connection asks in turn: open something, then a second command on it. ``{}`` is its id."""

    port: int
    opening: tuple[str, bytes]
    second: tuple[str, bytes]
    headers: Sequence[str] = ()

    def open(self) -> bytes:
        """The request that opens."""
        return self._request(*self.opening)

    def then(self, ident: str) -> bytes:
        """The request that goes on with what was opened."""
        path, body = self.second
        return self._request(path.replace("{}", ident), body)

    def _request(self, path: str, body: bytes) -> bytes:
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *self.headers]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


class Load:
    """So many connections to a server on this machine, each kept for a round."""

    def __init__(self, commands: Commands, count: int, seconds: float) -> None:
        self._commands = commands
        self._count = count
        self._seconds = seconds

    async def measure(self) -> Sample:
        """Keep all connections asking until the time is over; counts the answers. They are opened before the clock
        starts, anew each round: between two rounds others have their turn, longer than servers keep the idle."""
        loop = asyncio.get_running_loop()
        opened: list[_Connection] = []
        try:
            for _ in range(self._count):
                _, connection = await loop.create_connection(_Connection, "127.0.0.1", self._commands.port)
                opened.append(connection)
            began = time.monotonic()
            until = began + self._seconds
            done = await asyncio.gather(*(self._ask(connection, until) for connection in opened))
            return Sample(done=sum(done), began=began, ended=time.monotonic())
        finally:
            for connection in opened:
                connection.close()

    async def _ask(self, connection: _Connection, until: float) -> int:
        done = 0
        while time.monotonic() < until:
            answer = await connection.ask(self._commands.open())
            start = answer.index(_IDENT) + len(_IDENT)
            ident = answer[start : answer.index(b'"', start)].decode()
            await connection.ask(self._commands.then(ident))
            done += 2
        return done


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        lines = head.lower()
        at = lines.index(_LENGTH) + len(_LENGTH)
        if len(body) < int(lines[at:].split(b"\r\n", 1)[0]):
            return
        answer, self._received = self._received, b""
        if self._answer is not None and not self._answer.done():
            if answer[9:10] == b"2":
                self._answer.set_result(body)
            else:
                self._answer.set_exception(BadAnswer(answer[:500]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    async def ask(self, request: bytes) -> bytes:
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is not None:
            self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
