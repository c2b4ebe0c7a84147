"""A service's connections to its read models."""

from __future__ import annotations

from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_URL = "juqu_url"


def open_engine(url: str) -> AsyncEngine:
    """An engine for a server's URL, which connects when first used. A connection that was lost while it was idle is
    replaced: the driver hears of that by itself, so nobody asks the server whether it is there before each use. Errors
    tell no values.

    The driver itself reads the URL, as it does for the log: several hosts, ``target_session_attrs``, ``sslmode``.
    """

    async def connect(*_arguments: object, **_options: object) -> asyncpg.Connection[asyncpg.Record]:
        return await asyncpg.connect(url)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=10,
        hide_parameters=True,
        execution_options={_URL: url},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def url_of(engine: AsyncEngine) -> str:
    """The URL that an engine was opened for."""
    url = engine.sync_engine.get_execution_options().get(_URL)
    return str(url) if url else engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _refuse_closed(adapted: Any, _record: object, _proxy: object) -> None:
    if adapted.driver_connection.is_closed():
        raise DisconnectionError("the connection was lost")


__all__ = ["open_engine", "url_of"]
