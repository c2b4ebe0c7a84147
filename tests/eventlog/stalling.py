"""A wire to PostgreSQL that can be cut at any byte, and a process that appends over it."""

from __future__ import annotations

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from shared.eventlog.log import EventLog
from tests.eventlog.facts import context, endorsed


class Wire:
    """Forwards a client's connections to a server; counts what the client sends, and can stop after so many bytes."""

    def __init__(self, url: str) -> None:
        self._server = urlsplit(url)
        self.url = ""
        self.sent = 0
        self.cut = asyncio.Event()
        self._budget: int | None = None
        self._whole = asyncio.Event()
        self._whole.set()
        self._pumps: set[asyncio.Task[None]] = set()

    def cut_after(self, count: int) -> None:
        """Hold everything back, in both directions, once the client has sent this many more bytes."""
        self._budget = count

    def mend(self) -> None:
        """Let everything through again."""
        self._budget = None
        self._whole.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Wire]:
        """The wire, with ``url`` leading over it."""
        listener = await asyncio.start_server(self._connect, "127.0.0.1")
        port = listener.sockets[0].getsockname()[1]
        login, _, _ = self._server.netloc.rpartition("@")
        self.url = urlunsplit(self._server._replace(netloc=f"{login}@127.0.0.1:{port}"))
        try:
            yield self
        finally:
            listener.close()
            for pump in self._pumps:
                pump.cancel()
            await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(self._server.hostname, self._server.port)
        for pump in (self._upwards(reader, up_writer), self._downwards(up_reader, writer)):
            task = asyncio.create_task(pump)
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)

    async def _upwards(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                self.sent += len(data)
                if self._budget is not None and len(data) >= self._budget:
                    allowed, data = data[: self._budget], data[self._budget :]
                    writer.write(allowed)
                    await writer.drain()
                    self._whole.clear()
                    self.cut.set()
                elif self._budget is not None:
                    self._budget -= len(data)
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _downwards(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


async def client(url: str) -> None:
    """Appends three times, each time once it is told to, and prints where each stands."""
    async with await EventLog.open(url) as log:
        for number in (1, 2, 3):
            await asyncio.to_thread(sys.stdin.readline)
            why = context(UUID(int=number))
            appended = await log.append(f"intake/application/{number}", 0, [endorsed("x" * 3000)], why)
            print(appended.first_seq, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(client(sys.argv[1]))
