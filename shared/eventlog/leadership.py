"""Which of several publishers leads: the one whose session holds an advisory lock of PostgreSQL."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import asyncpg

LOCK = 0x6A757175_0001
"""Key of the advisory lock; any 64-bit number that nothing else in the database takes."""

SESSION_TIMEOUT = "10s"
"""After this long without a sign of life the server ends a leader's session, and its lock goes with it."""


class Leadership:
    """A session of its own that asks for the lock; enter it anew for a new one.

    Every method raises ``asyncpg.PostgresError``, ``asyncpg.InterfaceError`` or ``OSError`` when the session breaks.
    """

    def __init__(self, database_url: str, *, lock: int = LOCK) -> None:
        self._url = database_url
        self._lock = lock
        self._session: asyncpg.Connection | None = None
        self._leading = False

    async def __aenter__(self) -> Self:
        self._leading = False
        self._session = await asyncpg.connect(
            self._url, timeout=5, command_timeout=5, server_settings={"idle_session_timeout": SESSION_TIMEOUT}
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            self._session.terminate()

    async def claim(self) -> bool:
        """Whether this session leads; it then does until it ends. Its sign of life, so ask every second or so."""
        if self._session is None:
            raise RuntimeError("enter it first")
        if self._leading:
            await self._session.execute("select")
        else:
            self._leading = bool(await self._session.fetchval("select pg_try_advisory_lock($1)", self._lock))
        return self._leading
