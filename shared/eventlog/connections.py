"""A few connections for reading, lent one at a time; the one returned last, whose caches are warm, goes first.

Plain reads leave nothing behind on a connection, so that nothing is reset between them. The driver's own pool starts a
task for each return.
"""

from __future__ import annotations

import asyncio
from typing import TypeAlias
from uuid import UUID

import asyncpg

from shared.eventlog.epochs import Epochs, OutdatedServer
from shared.eventlog.errors import LogUnavailable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_SETTINGS = {"application_name": "juqu read", "jit": "off"}
_CONNECT_WITHIN = 5.0
_CLOSED = "the log is closed"


class Connections:
    """At most ``most`` connections. One is opened when none is free; one of an earlier epoch is closed."""

    def __init__(self, url: str, most: int, epochs: Epochs) -> None:
        self._url = url
        self._epochs = epochs
        self._turns = asyncio.Semaphore(most)
        self._free: list[tuple[Connection, UUID]] = []
        self._lent: dict[Connection, UUID] = {}
        self._closed = False

    async def fetch(self, text: str, *values: object) -> list[asyncpg.Record]:
        """The rows of a query. Raises ``LogUnavailable`` once closed, and what the driver raises."""
        async with self._turns:
            if self._closed:
                raise LogUnavailable(_CLOSED)
            connection = await self._take()
            try:
                rows = await connection.fetch(text, *values)
            except asyncpg.PostgresError:
                self._give_back(connection)
                raise
            except BaseException:
                self._lent.pop(connection, None)
                connection.terminate()
                raise
            if self._lent.get(connection) != self._epochs.current:
                self._lent.pop(connection, None)
                connection.terminate()
                raise OutdatedServer("the log was failed over while it was read")
            self._give_back(connection)
            return rows

    async def declare_loss(self) -> None:
        """Have the next epoch opened, as events of this one are found missing."""
        connection = await self._take()
        try:
            self._lent[connection] = await self._epochs.enter(connection, lost=self._epochs.current)
        except BaseException:
            self._lent.pop(connection, None)
            connection.terminate()
            raise
        self._give_back(connection)

    def close(self) -> None:
        """Let go of all, those that are at work included."""
        self._closed = True
        for connection in (*(free for free, _ in self._free), *self._lent):
            connection.terminate()
        self._free.clear()

    async def _take(self) -> Connection:
        while self._free:
            connection, epoch = self._free.pop()
            if epoch == self._epochs.current and not connection.is_closed():
                break
            connection.terminate()
        else:
            connection, epoch = await self._connect()
        if self._closed:
            connection.terminate()
            raise LogUnavailable(_CLOSED)
        self._lent[connection] = epoch
        return connection

    async def _connect(self) -> tuple[Connection, UUID]:
        connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=_CONNECT_WITHIN)
        try:
            return connection, await self._epochs.enter(connection)
        except BaseException:
            connection.terminate()
            raise

    def _give_back(self, connection: Connection) -> None:
        self._free.append((connection, self._lent.pop(connection)))


__all__ = ["Connections"]
