"""Reading the log: a stream, the whole by ``seq``, and the operator's search.

A role reads its own service's events and everybody's published ones; the operator and the publisher read all. What a
role does not see is missing from what it reads, and its ``seq`` with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.core import ACTING_FOR
from shared.eventlog.codec import COLUMNS, StoredEvent
from shared.eventlog.connections import Connections
from shared.eventlog.epochs import Epochs
from shared.eventlog.trouble import insist

STREAM = f"select {COLUMNS} from log.events where stream = $1 and version > $2 order by version"  # noqa: S608
STREAMS = f"select {COLUMNS} from log.events where stream = any($1) order by stream, version"  # noqa: S608
PAGE = f"""
    select {COLUMNS} from log.events
    where seq > $1 and seq <= $2 and (not internal or $4) order by seq limit $3"""  # noqa: S608
# Compared as pairs, so that only the index on them fits. The statistics do not know a category that is very quiet: for
# its next event the planner would otherwise read the whole log.
PAGE_OF_CATEGORIES = f"""
    select {COLUMNS} from unnest($5::text[]) as wanted, lateral (
        select * from log.events as e
        where (e.category, e.seq) > (wanted, $1) and (e.category, e.seq) <= (wanted, $2) and (not e.internal or $4)
        order by e.category, e.seq limit $3
    ) as found order by seq limit $3"""  # noqa: S608
_LAST = "select seq from log.events where seq <= $1 and (not internal or $2) order by seq desc limit 1"
LAST_OF_CATEGORIES = """
    select max(found.seq) from unnest($3::text[]) as wanted, lateral (
        select e.seq from log.events as e
        where (e.category, e.seq) >= (wanted, 0) and (e.category, e.seq) <= (wanted, $1) and (not e.internal or $2)
        order by e.category desc, e.seq desc limit 1
    ) as found"""
_LAST_OF_STREAM = """
    select seq from log.events where stream = $1 and (not internal or $2) order by version desc limit 1"""
_END = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to search for; all that is given must hold. Dates include both ends and are effective dates. ``actor`` is
    the subject of whoever acted, or of whom they acted for."""

    type_prefix: str | None = None
    in_stream: str | None = None
    actor: str | None = None
    office: str | None = None
    correlation_id: str | None = None
    causation_id: UUID | None = None
    event_id: UUID | None = None
    in_data: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None


_CONDITIONS = {
    "type_prefix": "starts_with(type, {})",
    "in_stream": "position({} in stream) > 0",
    "actor": f"{{}} in (actor, split_part(actor, '{ACTING_FOR}', 1), split_part(actor, '{ACTING_FOR}', 2))",
    "office": "office = {}",
    "correlation_id": "correlation_id = {}",
    "causation_id": "causation_id = {}",
    "event_id": "event_id = {}",
    "in_data": "position({} in data) > 0",
    "effective_from": "effective_on >= {}",
    "effective_to": "effective_on <= {}",
    "recorded_from": "recorded_at >= {}",
    "recorded_before": "recorded_at < {}",
}


class Reader:
    """Reads over a few connections; asks again for at most ``patience`` seconds while the server is away."""

    def __init__(self, url: str, *, connections: int = 4, patience: float = 15.0, epochs: Epochs | None = None) -> None:
        self._epochs = epochs or Epochs()
        self._connections = Connections(url, connections, self._epochs)
        self._patience = patience

    async def close(self) -> None:
        """Let go of the connections."""
        self._connections.close()

    async def stream(self, stream: str, after_version: int) -> list[asyncpg.Record]:
        """The rows (``COLUMNS``) of a stream after a version, in order."""
        return await self._fetch(STREAM, stream, after_version)

    async def streams(self, streams: Sequence[str]) -> list[asyncpg.Record]:
        """The rows of several streams, each stream's in order."""
        return await self._fetch(STREAMS, list(streams))

    async def page(
        self, after: int, *, limit: int, categories: Sequence[str] | None, until: int | None, include_internal: bool
    ) -> list[StoredEvent]:
        """At most ``limit`` events after one ``seq`` and up to another, in order."""
        span = (after, _END if until is None else until, limit, include_internal)
        if categories is None:
            rows = await self._fetch(PAGE, *span)
        else:
            rows = await self._fetch(PAGE_OF_CATEGORIES, *span, list(categories))
        if rows:
            self._epochs.saw(rows[-1]["seq"])
        return _stored(rows)

    async def head(self) -> int:
        """The last seq there is, whether or not this role sees it."""
        return int(await self._value("select seq from log.head()"))

    async def last(self, categories: Sequence[str] | None, until: int | None, include_internal: bool) -> int:
        """The last seq that this role sees of some events; 0 where there is none."""
        span = (_END if until is None else until, include_internal)
        if categories is None:
            return int(await self._value(_LAST, *span) or 0)
        return int(await self._value(LAST_OF_CATEGORIES, *span, list(categories)) or 0)

    async def last_of(self, stream: str, include_internal: bool) -> int:
        """The last seq that this role sees of a stream; 0 where there is none."""
        return int(await self._value(_LAST_OF_STREAM, stream, include_internal) or 0)

    async def seq_before(self, moment: datetime | timedelta) -> int:
        """The last seq recorded before a moment, or longer ago than a span before the newest event."""
        if isinstance(moment, timedelta):
            return int(
                await self._value("select log.seq_before((select recorded_at from log.head()) - $1::interval)", moment)
            )
        return int(await self._value("select log.seq_before($1)", moment))

    async def search(self, wanted: Search, *, after: int, limit: int, newest_first: bool) -> list[StoredEvent]:
        """Events that match; reads the log from one end to the other until it has found enough."""
        conditions, values = ["seq > $1"], [after, limit]
        for field in fields(wanted):
            value = getattr(wanted, field.name)
            if value is not None:
                values.append(value)
                conditions.append(_CONDITIONS[field.name].format(f"${len(values)}"))
        direction = "desc" if newest_first else "asc"
        text = f"select {COLUMNS} from log.events where {' and '.join(conditions)} order by seq {direction} limit $2"  # noqa: S608
        return _stored(await self._fetch(text, *values))

    async def declare_loss(self) -> None:
        """Have the next epoch opened, as events of this one are found missing."""
        await insist(self._connections.declare_loss, self._patience)

    async def _fetch(self, text: str, *values: object) -> list[asyncpg.Record]:
        async def attempt() -> list[asyncpg.Record]:
            return await self._connections.fetch(text, *values)

        return await insist(attempt, self._patience)

    async def _value(self, text: str, *values: object) -> Any:
        rows = await self._fetch(text, *values)
        return rows[0][0] if rows else None


def _stored(rows: Sequence[asyncpg.Record]) -> list[StoredEvent]:
    return [StoredEvent(*row) for row in rows]


__all__ = ["LAST_OF_CATEGORIES", "PAGE", "PAGE_OF_CATEGORIES", "STREAM", "Reader", "Search"]
