"""The slots in which a channel's messages are under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from services.notify.sending.crowd import LENT
from shared.tasks import end


class Slots:
    """``count`` messages are under way at a time. One that takes long lends its slot to another: as many slots as there
    are may be lent."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = asyncio.Semaphore(count)
        self._lent: set[_Slot] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        """Wait for a free slot and begin work in it."""
        await self._free.acquire()
        slot = _Slot(self._free)
        timer = asyncio.get_running_loop().call_later(LENT, self._lend, slot)
        task = asyncio.create_task(work(), name=name)
        self._tasks.add(task)

        def ended(_: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            timer.cancel()
            slot.free()
            self._lent.discard(slot)

        task.add_done_callback(ended)

    async def close(self) -> None:
        """End what is under way."""
        await end(*self._tasks)

    def _lend(self, slot: _Slot) -> None:
        if len(self._lent) < self._count:
            self._lent.add(slot)
            slot.free()


class _Slot:
    """One slot; freed once."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots: asyncio.Semaphore | None = slots

    def free(self) -> None:
        """Let another have it."""
        if self._slots is not None:
            self._slots.release()
            self._slots = None
