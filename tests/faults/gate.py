"""A gate between a process and a server: a TCP proxy of our own that can refuse, keep silent, delay and cut."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

from deploy.local.ports import free_ports

CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)


class Mode(StrEnum):
    """What a gate does with what comes."""

    OPEN = "open"
    """Pass it on."""
    REFUSED = "refused"
    """Reset every connection, old and new."""
    SILENT = "silent"
    """Take it and pass nothing on, either way: a network that drops packets."""
    SLOW = "slow"
    """Pass it on, each piece later by ``pause`` seconds."""
    CUT = "cut"
    """Pass on ``left`` bytes more, then reset in the middle of whatever was being said."""


class Gate:
    """Listens on ``port`` for connections to wherever ``target`` says at the time."""

    def __init__(self, target: Callable[[], tuple[str, int]]) -> None:
        self.port = free_ports(1)[0]
        self._target = target
        self._mode = Mode.OPEN
        self._changed = asyncio.Event()
        self._left = 0
        self._pause = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=CHUNK)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self._reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def set(self, mode: Mode, *, pause: float = 0.0, left: int = 0) -> None:
        """Behave so from now on, towards old connections too. A gate that opens again has reset what it kept back."""
        was, self._mode, self._pause, self._left = self._mode, mode, pause, left
        if mode is Mode.REFUSED or was is Mode.SILENT:
            self._reset()
        self._changed.set()
        self._changed = asyncio.Event()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._connect(reader, writer)
        except (OSError, EOFError):
            _reset(writer)
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode is Mode.REFUSED:
            _reset(writer)
            return
        await self._while_silent()
        far_reader, far_writer = await asyncio.open_connection(*self._target(), limit=CHUNK)
        self._writers.add(far_writer)
        try:
            there = asyncio.create_task(self._pass(reader, far_writer))
            back = asyncio.create_task(self._pass(far_reader, writer))
            try:
                await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            finally:
                there.cancel()
                back.cancel()
                await asyncio.gather(there, back, return_exceptions=True)
        finally:
            self._writers.discard(far_writer)
            far_writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                await self._while_silent()
                if self._mode is Mode.SLOW:
                    await asyncio.sleep(self._pause)
                elif self._mode is Mode.CUT:
                    piece = piece[: self._left]
                    self._left -= len(piece)
                writer.write(piece)
                await writer.drain()
                if self._mode is Mode.REFUSED or (self._mode is Mode.CUT and self._left <= 0):
                    self._reset()
                    return

    async def _while_silent(self) -> None:
        while self._mode is Mode.SILENT:
            await self._changed.wait()

    def _reset(self) -> None:
        for writer in tuple(self._writers):
            _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by RST, as a peer that was lost does."""
    sock = writer.get_extra_info("socket")
    with suppress(OSError):
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


__all__ = ["Gate", "Mode"]
