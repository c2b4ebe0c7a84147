"""Waiting for what must come about, with a generous limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

GENEROUS = 60.0
"""Seconds: a machine that is busy with other tests is slow, and no test is about that."""


async def eventually(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until a condition holds. Raises ``TimeoutError``."""
    async with asyncio.timeout(GENEROUS):
        while True:
            found = condition()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.02)
