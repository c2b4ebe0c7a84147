"""What time it is: the machine's clock, or (in the demonstration and in tests only) one that is driven."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol

import asyncpg


class Clock(Protocol):
    """A source of the present moment."""

    async def now(self) -> datetime:
        """The present moment, aware."""
        ...

    async def moved(self, seconds: float) -> None:
        """Return when the clock is set to another time, or after that many seconds."""
        ...


class SystemClock:
    """The machine's clock."""

    async def now(self) -> datetime:
        return datetime.now(UTC)

    async def moved(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class DrivenClock:
    """The clock in the database's ``clock.driven``: it stands still until somebody sets it (``clock.set``)."""

    def __init__(self, pool: asyncpg.Pool, database_url: str) -> None:
        self._pool = pool
        self._url = database_url
        self._moved = asyncio.Event()
        self._listener: asyncpg.Connection | None = None

    async def now(self) -> datetime:
        at = await self._pool.fetchval("select at from clock.driven")
        return at if isinstance(at, datetime) else datetime.now(UTC)

    async def moved(self, seconds: float) -> None:
        try:
            if self._listener is None or self._listener.is_closed():
                self._listener = await asyncpg.connect(self._url)
                await self._listener.add_listener("juqu_clock", self._hear)
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        except (TimeoutError, OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.05)
        self._moved.clear()

    def _hear(self, *_: object) -> None:
        self._moved.set()

    async def close(self) -> None:
        """Stop listening."""
        if self._listener is not None and not self._listener.is_closed():
            await self._listener.close()
