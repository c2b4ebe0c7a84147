"""A few connections for reading, lent one at a time; the one returned last, whose caches are warm, goes first.

Plain reads leave nothing behind on a connection, so that nothing is reset between them. The driver's own pool starts a
task for each return.
"""

from __future__ import annotations

import asyncio
from typing import TypeAlias

import asyncpg

from shared.eventlog.errors import LogUnavailable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_SETTINGS = {"application_name": "juqu read", "jit": "off"}
_CONNECT_WITHIN = 5.0
_CLOSED = "the log is closed"


class Connections:
    """At most ``most`` connections, each made when there is none free."""

    def __init__(self, url: str, most: int) -> None:
        self._url = url
        self._turns = asyncio.Semaphore(most)
        self._free: list[Connection] = []
        self._lent: set[Connection] = set()
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
                self._lent.discard(connection)
                connection.terminate()
                raise
            self._give_back(connection)
            return rows

    def close(self) -> None:
        """Let go of all, those that are at work included."""
        self._closed = True
        for connection in (*self._free, *self._lent):
            connection.terminate()
        self._free.clear()

    async def _take(self) -> Connection:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                break
        else:
            connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=_CONNECT_WITHIN)
        if self._closed:
            connection.terminate()
            raise LogUnavailable(_CLOSED)
        self._lent.add(connection)
        return connection

    def _give_back(self, connection: Connection) -> None:
        self._lent.discard(connection)
        self._free.append(connection)


__all__ = ["Connections"]
