"""What passes by itself: a server that restarts, fails over or is short of something for a moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from shared.eventlog.errors import LogUnavailable

T = TypeVar("T")

_CLOSED = "the handler is closed"
"""How uvloop says that a connection was lost before it was written to."""
_PASSING_CLASSES = ("08", "53", "57P")
_PASSING_STATES = frozenset({"25006", "25P03", "25P04", "40001", "40P01", "55P03", "57014"})


def passes(error: BaseException) -> bool:
    """Whether trying again may help: a lost connection, a server on its way down or up, a standby, a resource not to be
    had."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state.startswith(_PASSING_CLASSES) or state in _PASSING_STATES
    if isinstance(error, ValueError):
        return False
    if isinstance(error, RuntimeError):
        return _CLOSED in str(error)
    return isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, EOFError))


async def insist(attempt: Callable[[], Awaitable[T]], patience: float) -> T:
    """The attempt's result; made again, for at most ``patience`` seconds, while trouble passes. Raises
    ``LogUnavailable``."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    pauses = Pauses()
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                return await attempt()
        except Exception as error:
            if not passes(error):
                raise
            if loop.time() + pauses.next >= deadline:
                raise LogUnavailable(f"no answer within {patience:g} s: {error or type(error).__name__}") from error
        await pauses.take()


class Pauses:
    """Growing pauses between attempts, from 50 ms to a second, scattered so that clients do not come back at once."""

    def __init__(self) -> None:
        self.next = 0.05

    async def take(self) -> None:
        """Wait, longer each time."""
        await asyncio.sleep(self.next * random.uniform(0.5, 1.0))  # noqa: S311
        self.next = min(self.next * 2, 1.0)


__all__ = ["Pauses", "insist", "passes"]
