"""Trouble that passes by itself: a server that restarts, fails over or is short of resources for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from shared.eventlog.errors import LogUnavailable
from shared.retrying import Pauses, retry

T = TypeVar("T")

_CLOSED = "the handler is closed"
"""How uvloop says that a connection was lost before it was written to."""
_PASSING_CLASSES = ("08", "53", "57P")
_PASSING_STATES = frozenset({"25006", "25P03", "25P04", "40001", "40P01", "55P03", "57014"})


def passes(error: BaseException) -> bool:
    """Whether trying again may help: a lost connection, a server that starts or stops, a standby, a lack of
    resources."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state.startswith(_PASSING_CLASSES) or state in _PASSING_STATES
    if isinstance(error, ValueError):
        return False
    if isinstance(error, RuntimeError):
        return _CLOSED in str(error)
    return isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, EOFError))


def passing(error: Exception) -> None:
    """Raise an error that does not pass by itself."""
    if not passes(error):
        raise error


def pauses() -> Pauses:
    """Pauses between attempts at the log, from 50 ms to a second, scattered."""
    return Pauses(0.05, 1.0, scatter=0.5)


async def insist(attempt: Callable[[], Awaitable[T]], patience: float) -> T:
    """The attempt's result; made again, for at most ``patience`` seconds, while trouble passes. Raises
    ``LogUnavailable``."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    between = pauses()

    async def in_time() -> T:
        async with asyncio.timeout_at(deadline):
            return await attempt()

    def outlives(error: Exception) -> bool:
        if passes(error) and loop.time() + between.next >= deadline:
            raise LogUnavailable(f"no answer within {patience:g} s: {error or type(error).__name__}") from error
        return passes(error)

    return await retry(in_time, outlives=outlives, pauses=between)


__all__ = ["insist", "passes", "passing", "pauses"]
