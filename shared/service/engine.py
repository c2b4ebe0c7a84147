"""A service's connections to its read models."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def open_engine(url: str) -> AsyncEngine:
    """An engine for a server's URL, which connects when first used. A connection that was lost while it was idle is
    replaced: the driver hears of that by itself, so nobody asks the server whether it is there before each use. Errors
    tell no values."""
    url = "postgresql+asyncpg://" + url.partition("://")[2]
    engine = create_async_engine(url, pool_size=10, hide_parameters=True)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(adapted: Any, _record: object, _proxy: object) -> None:
    if adapted.driver_connection.is_closed():
        raise DisconnectionError("the connection was lost")


__all__ = ["open_engine"]
