"""An SMS centre written out in octets, for what a real one would not do on request."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.notify.channels.sms.smpp_pdu import Pdu

QUERY, DELIVER, ENQUIRE = 0x03, 0x05, 0x15
RESPONSE = 0x80000000


def octets(command: int, status: int = 0, sequence: int = 1, body: bytes = b"") -> bytes:
    """A PDU."""
    return struct.pack("!IIII", 16 + len(body), command, status, sequence) + body


def deliver(text: bytes, *, esm_class: int = 4, coding: int = 0, optional: dict[int, bytes] | None = None) -> bytes:
    """The body of a deliver_sm."""
    tail = b"".join(struct.pack("!HH", tag, len(value)) + value for tag, value in (optional or {}).items())
    head = b"\0\1\x0113800138000\0\1\1juqu\0" + bytes((esm_class, 0, 0)) + b"\0\0"
    return head + bytes((0, 0, coding, 0, len(text))) + text + tail


@dataclass
class Session:
    """A client's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def next(self) -> Pdu:
        """What the client says next; raises ``IncompleteReadError`` at its end."""
        length, command, status, sequence = struct.unpack("!IIII", await self.reader.readexactly(16))
        return Pdu(command, status, sequence, await self.reader.readexactly(length - 16))

    def answer(self, pdu: Pdu, body: bytes = b"", status: int = 0) -> None:
        """Answer a request."""
        self.writer.write(octets(pdu.command | RESPONSE, status, pdu.sequence, body))

    def say(self, command: int, body: bytes = b"", sequence: int = 7) -> None:
        """Ask the client something."""
        self.writer.write(octets(command, 0, sequence, body))

    async def bound(self) -> None:
        """Let the client in."""
        self.answer(await self.next(), b"centre\0")


@asynccontextmanager
async def centre(talk: Callable[[Session], Awaitable[None]]) -> AsyncIterator[int]:
    """A centre that talks so with each client, on a port of its own."""

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(Session(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
