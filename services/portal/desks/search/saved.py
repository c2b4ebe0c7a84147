"""The searches that a person keeps: a row each, their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.service.service import Service

MOST: Final = 12
"""Searches that one person keeps; the oldest goes when another comes."""

_KEEP: Final = "insert into portal.saved_searches (subject, wanted) values ($1, $2) on conflict do nothing"
_DROP_OLDEST: Final = """
    delete from portal.saved_searches where subject = $1 and wanted not in (
        select wanted from portal.saved_searches where subject = $1 order by saved_at desc, wanted limit $2)
"""


async def saved_searches(service: Service, subject: str) -> Sequence[str]:
    """What a person keeps, in the order in which they kept it."""
    query = "select wanted from portal.saved_searches where subject = $1 order by saved_at, wanted"
    return [row["wanted"] for row in await service.fetch(query, subject)]


async def keep(service: Service, subject: str, wanted: str) -> None:
    """Keep a search."""
    await service.fetch(_KEEP, subject, wanted)
    await service.fetch(_DROP_OLDEST, subject, MOST)


async def drop(service: Service, subject: str, wanted: str) -> None:
    """Keep it no longer."""
    await service.fetch("delete from portal.saved_searches where subject = $1 and wanted = $2", subject, wanted)


__all__ = ["drop", "keep", "saved_searches"]
