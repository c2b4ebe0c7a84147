"""Waiting for new events: one listening connection for a whole process, and a slow poll in case it hears nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from shared.eventlog.epochs import Epochs
from shared.eventlog.trouble import passing, pauses
from shared.retrying import run_for_ever
from shared.tasks import end

CHANNEL = "juqu_log"
RECONNECT = 0.05
"""Seconds to wait before connecting again after a loss."""
_LOOK = "select h.seq, (select e.epoch from log.epochs as e order by e.number desc limit 1) from log.head() as h"
_SETTINGS = {"application_name": "juqu news"}


class News:
    """Knows how far the log goes, and notices when it goes back. Connects at the first wait and again by itself; looks
    every ``every`` seconds."""

    def __init__(self, url: str, *, every: float = 1.0, epochs: Epochs | None = None) -> None:
        self._url = url
        self._epochs = epochs or Epochs()
        self._every = every
        self._head = 0
        self._changed = asyncio.Event()
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def wait(self, after: int, within: float) -> int:
        """The last seq known, as soon as it is beyond ``after`` or the log may have gone back, at the latest after
        ``within`` seconds. Never raises when the server is away: it waits for its return.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow(), name="log.news")
        epoch = self._epochs.current
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._head <= after and epoch in {None, self._epochs.current}:
                    await self._changed.wait()
        return self._head

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            await end(self._task)
            self._task = None

    async def _follow(self) -> None:
        await run_for_ever(self._listen, troubled=passing, pauses=pauses(), rest=RECONNECT)

    async def _listen(self) -> None:
        """Until the connection is lost. A server restored to an earlier state is believed when it is connected to."""
        connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=5)
        try:
            self._lost.clear()
            connection.add_termination_listener(lambda _: self._lost.set())
            await self._epochs.enter(connection)
            await connection.add_listener(CHANNEL, self._hear)
            self._begin_anew()
            while not self._lost.is_set():
                await self._look(connection)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._every):
                        await self._lost.wait()
        finally:
            connection.terminate()

    async def _look(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        known, epoch = self._epochs.seen, self._epochs.current
        ((head, newest),) = await connection.fetch(_LOOK, timeout=5)
        if newest != epoch or (head < known and epoch == self._epochs.current):
            await self._epochs.enter(connection, lost=epoch if newest == epoch else None)
            self._begin_anew()
        self._learn(head)

    def _begin_anew(self) -> None:
        self._head = 0
        self._wake()

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        with suppress(ValueError):
            self._learn(int(str(payload)))

    def _learn(self, head: int) -> None:
        self._epochs.saw(head)
        if head > self._head:
            self._head = head
            self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


__all__ = ["News"]
