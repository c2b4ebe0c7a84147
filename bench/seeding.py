"""A log of any size in a moment: rows made by the server itself, as valid as appended ones but for their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from uuid import UUID

import asyncpg

from bench import facts
from shared.contracts.core import Event, event_type
from shared.eventlog.codec import encode

PLACEHOLDER = "00000000-0000-4000-8000-00000000cafe"
"""Stands for the stream's id in the events of a life."""

AT_ONCE = 250_000
_WITHOUT_INDEXES_FROM = 200_000
_BEGAN = datetime(2024, 1, 2, tzinfo=UTC)
_FILL = """
    insert into log.events (
        seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal, internal,
        stream, type, actor, office, correlation_id, policy_version, data
    )
    select n, $9::timestamptz + n * interval '1 millisecond', md5('event ' || n)::uuid, md5('command ' || n)::uuid,
        null, $10::date, version, ($15::int[])[version], 0, ($5::boolean[])[version],
        $3 || id, ($4::text[])[version], $11, $12,
        md5('correlation ' || n)::uuid::text, $13, replace(($6::text[])[version], $14, id)
    from generate_series($1::bigint, $2::bigint) as n,
        lateral (select ((n - 1) % ($7::int * $8::int) / $8 + 1)::int as version,
            (n - 1) / ($7 * $8) * $8 + (n - 1) % $8 as number) as place,
        lateral (select md5('stream ' || number)::uuid::text as id) as named
"""
_INDEXES = """
    select i.indexrelid::regclass::text, coalesce(
            'alter table log.events add constraint ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid),
            pg_get_indexdef(i.indexrelid)
        ), coalesce(
            'alter table log.events drop constraint ' || quote_ident(c.conname),
            'drop index ' || i.indexrelid::regclass
        )
    from pg_index as i left join pg_constraint as c on c.conindid = i.indexrelid
    where i.indrelid = 'log.events'::regclass
"""


@dataclass(frozen=True, slots=True)
class Lives:
    """Streams that all go through the same events; ``together`` of them are under way at a time."""

    prefix: str
    events: Sequence[Event]
    together: int = 100

    def stream(self, number: int) -> str:
        """The name of a stream, for SQL's ``md5``."""
        return f"{self.prefix}{UUID(md5(f'stream {number}'.encode(), usedforsecurity=False).hexdigest())}"


ENDORSED = Lives("intake/application/", [facts.EVENT] * 100)
"""A hundred events a stream, 553 bytes each."""


async def fill(owner_url: str, lives: Lives, count: int, *, after: int = 0) -> None:
    """Bring a log that ends at seq ``after`` to ``count`` events. Much of it at once goes in before the indexes."""
    connection = await asyncpg.connect(owner_url)
    try:
        indexes = await connection.fetch(_INDEXES) if count - after >= _WITHOUT_INDEXES_FROM else []
        for _, _, drop in indexes:
            await connection.execute(drop)
        for start in range(after + 1, count + 1, AT_ONCE):
            await _insert(connection, lives, start, min(start + AT_ONCE - 1, count))
        for _, create, _ in indexes:
            await connection.execute(create)
        await connection.execute("vacuum (analyze) log.events")
    finally:
        await connection.close()


async def _insert(connection: asyncpg.Connection[asyncpg.Record], lives: Lives, first: int, last: int) -> None:
    kinds = [event_type(event) for event in lives.events]
    await connection.execute(
        _FILL,
        first,
        last,
        lives.prefix,
        [kind.name for kind in kinds],
        [kind.internal for kind in kinds],
        [encode(event) for event in lives.events],
        len(lives.events),
        lives.together,
        _BEGAN,
        facts.DAY,
        facts.OFFICER.subject,
        facts.OFFICER.office,
        facts.POLICY,
        PLACEHOLDER,
        [kind.version for kind in kinds],
    )
