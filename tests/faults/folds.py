"""Is every read model what its folds make of the log's events, one after the other, in plain Python?

The rebuild that is compared too shares tables, pages and digests with the live projector; this shares the folds alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import asyncpg

from deploy.operator.frame.definitions import projections
from shared.contracts.core import Envelope, event_type
from shared.projections.projection import Projection, project
from shared.projections.view import Key, Row, View

_TOLD = 3
"""Rows of a view that a run tells of."""


async def folds_equal(owner_url: str, envelopes: Sequence[Envelope]) -> list[str]:
    """The rows that are not as the folds give them, of every view of every service."""
    findings: list[str] = []
    connection = await asyncpg.connect(owner_url)
    try:
        for owned in projections():
            wanted = project(owned.projection, list(_followed(owned.projection, envelopes)))
            for view in owned.projection.views:
                found = await _stored(connection, owned.service, view)
                findings += _differences(f"{owned.projection.name} {view.name}", wanted[view.name], found)
    finally:
        await connection.close()
    return findings


def _followed(projection: Projection, envelopes: Sequence[Envelope]) -> Iterator[Envelope]:
    for each in envelopes:
        hidden = event_type(each.event).internal
        if each.category in projection.categories and (projection.include_internal or not hidden):
            yield each


async def _stored(connection: asyncpg.Connection[asyncpg.Record], schema: str, view: View) -> Mapping[Key, Row]:
    rows: dict[Key, Row] = {}
    for record in await connection.fetch(f'select * from "{schema}"."{view.table.name}"'):
        row = dict(record.items())
        for name in view.json_columns:
            row[name] = None if row[name] is None else json.loads(row[name])
        rows[tuple(row[name] for name in view.key_columns)] = row
    return rows


def _differences(name: str, wanted: Mapping[Key, Row], found: Mapping[Key, Row]) -> Iterator[str]:
    keys = [key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)]
    for key in sorted(keys, key=repr)[:_TOLD]:
        yield f"{name} {key} is {found.get(key)}, folded {wanted.get(key)}"[:1500]
    if len(keys) > _TOLD:
        yield f"{name}: {len(keys)} rows differ"


__all__ = ["folds_equal"]
