"""The end of tasks that run for ever. Up to Python 3.11 ``asyncio.wait_for``, which libraries use, swallows a
cancellation that comes in the very moment of its answer (bpo-37658); what is here makes up for that."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN = 5.0
"""Seconds after which a task that has not ended is cancelled again."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, again and again, and return once each has ended, however it did."""
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)


def heed_cancellation() -> None:
    """Raise ``CancelledError`` in a task that was cancelled and does not know it yet. For the start of each round."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


__all__ = ["end", "heed_cancellation"]
