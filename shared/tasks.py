"""Tasks that run for ever, and their end."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN = 5.0
"""Seconds after which a task that has not ended is cancelled again."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return once each has ended, however it did.

    Each is cancelled again and again: up to Python 3.11 ``asyncio.wait_for``, a library's too, swallows a cancellation
    that comes in the very moment of its answer, and the task would run on for ever.
    """
    running = {each for each in tasks if not each.done()}
    while running:
        for each in running:
            each.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)


__all__ = ["end"]
