"""The copies of the log, at rest: Redis, the read models; what was parked, and what processes wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import asyncpg
import redis.asyncio as redis

from deploy.demo.endings import rebuilds
from deploy.operator.frame.definitions import definitions
from shared.eventlog.codec import StoredEvent
from shared.messaging.cloudevents import ALL, NotOurs, parse_entry, stream_of


async def redis_equals(log: Sequence[StoredEvent], redis_url: str) -> list[str]:
    """Every stream is the log's published part, event by event."""
    findings: list[str] = []
    published = [event for event in log if not event.internal]
    async with redis.from_url(redis_url) as client:
        for name, wanted in [
            (ALL, published),
            *((stream_of(d.name), [e for e in published if e.category == d.name]) for d in definitions()),
        ]:
            findings += _differences(name, wanted, cast("list[Any]", await client.xrange(name)))
    return findings


def _differences(
    name: str, wanted: Sequence[StoredEvent], entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]
) -> Iterator[str]:
    if len(entries) != len(wanted):
        yield f"Redis {name} has {len(entries)} entries, the log {len(wanted)} events for it"
    before = 0
    for event, (ident, entry) in zip(wanted, entries, strict=False):
        try:
            found = parse_entry(ident.decode(), entry)
        except NotOurs as error:
            yield f"Redis {name} {ident.decode()}: {error}"
            return
        if found.event != event or found.prev != before:
            yield f"Redis {name} {ident.decode()} is not seq {event.seq} after {before}"
            return
        before = event.seq


async def read_models_equal(role_urls: Mapping[str, str], keys: Path) -> list[str]:
    """Every projection is what a fold from the log's first event gives."""
    return [
        f"read model {name} differs from its rebuild"
        for name, one in (await rebuilds(role_urls, keys)).items()
        if not one.equal
    ]


async def nothing_parked(owner_url: str) -> list[str]:
    """No event was put aside and no deadline's command refused."""
    findings: list[str] = []
    connection = await asyncpg.connect(owner_url)
    try:
        for service in (each.name for each in definitions()):
            rows = await connection.fetch(f"select * from {service}.parked")
            findings += [f"parked in {service}: {dict(row)}"[:800] for row in rows]
            fired = await connection.fetchval("select to_regclass($1)::text", f"{service}.deadlines_fired")
            rows = await connection.fetch(f"select * from {fired} where error <> ''") if fired else []
            findings += [f"deadline refused in {service}: {dict(row)}" for row in rows]
    finally:
        await connection.close()
    return findings


def no_line_is_lost(logs: Mapping[str, Path]) -> list[str]:
    """Every line that a process wrote is one JSON object, whatever befell it; but for the last one of a process that
    was killed in the middle of it."""
    findings = []
    for name, file in logs.items():
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []:
            try:
                good = isinstance(json.loads(line), dict)
            except ValueError:
                good = line.startswith('{"service":')
            if not good:
                findings.append(f"{name} wrote a line that is no JSON: {line[:200]}")
    return findings[:10]


__all__ = ["no_line_is_lost", "nothing_parked", "read_models_equal", "redis_equals"]
