"""The demonstration's stored log, as the portal reads it: what is published, with or without its personal data."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.portal.views import CASES
from shared.contracts.core import Envelope, Event
from shared.eventlog.codec import decode
from shared.privacy.places import find
from shared.programme.values.personal import ERASED

STORED = Path(__file__).parents[1] / "projections" / "golden" / "demonstration.jsonl.xz"
COUNTIES = {
    "九台": "长春市九台区",
    "延吉": "延边朝鲜族自治州延吉市",
    "东昌": "通化市东昌区",
    "宁江": "松原市宁江区",
}


def published(*, erased: bool = False) -> list[Envelope]:
    """The events of the portal's categories in the log's order; ``erased`` as a process without a key reads them."""
    lines = lzma.decompress(STORED.read_bytes()).decode().splitlines()
    rows = (json.loads(line) for line in lines)
    return [
        _envelope(row, erased=erased)
        for row in rows
        if not row["internal"] and row["stream"].partition("/")[0] in CASES.categories
    ]


def of_case(events: list[Envelope], county: str) -> Iterator[Envelope]:
    """The events of the case of a county (as ``COUNTIES`` calls it)."""
    begun = next(each for each in events if COUNTIES[county] == getattr(_place(each.event), "county_name", ""))
    case_id = getattr(begun.event, "case_id", "")
    return (each for each in events if getattr(each.event, "case_id", "") == case_id)


def _place(event: Event) -> object:
    return getattr(event, "place", None)


def _envelope(row: dict[str, Any], *, erased: bool) -> Envelope:
    names = ("seq", "stream", "version", "type", "schema_version", "actor", "office", "correlation_id")
    return Envelope(
        **{name: row[name] for name in names},
        event_id=UUID(row["event_id"]),
        event=_event(row, erased=erased),
        effective_on=date.fromisoformat(row["effective_on"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        command_id=UUID(row["command_id"]),
        causation_id=UUID(row["causation_id"]) if row["causation_id"] else None,
        policy_version=row["policy_version"],
    )


def _event(row: dict[str, Any], *, erased: bool) -> Event:
    event, fields = decode(row["type"], row["schema_version"], row["data"]), json.loads(row["data"])
    if erased:
        for found in find(type(event), fields):
            for name in found.sealed:
                found.holder[name] = ERASED
    return decode(row["type"], row["schema_version"], json.dumps(fields))
