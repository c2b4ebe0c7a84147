"""The days go by while everything else happens."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta

import asyncpg

from shared.contracts.core import CST
from tests.faults.timeline import Timeline

FIRST_DAY = date(2019, 1, 7)


class Calendar:
    """Sets the driven clock a day on every ``pace`` seconds, when the database lets it."""

    def __init__(self, url: str, pace: float, timeline: Timeline) -> None:
        self.today = FIRST_DAY
        self._url = url
        self._pace = pace
        self._timeline = timeline

    async def begin(self) -> None:
        """Set the first day; insists."""
        while not await self._set(FIRST_DAY):
            await asyncio.sleep(0.2)

    async def run(self) -> None:
        """Let days go by until cancelled."""
        while True:
            await asyncio.sleep(self._pace)
            tomorrow = self.today + timedelta(days=1)
            if await self._set(tomorrow):
                self.today = tomorrow
                if tomorrow.day == 1:
                    self._timeline.note("month", on=tomorrow.isoformat())

    async def _set(self, day: date) -> bool:
        try:
            connection = await asyncpg.connect(self._url, timeout=5, command_timeout=5)
            try:
                await connection.execute("select clock.set($1)", datetime.combine(day, time(9), CST))
            finally:
                connection.terminate()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            return False
        return True


__all__ = ["FIRST_DAY", "Calendar"]
