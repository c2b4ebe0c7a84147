"""One row per event of an application: who did what when, in whose words."""

from __future__ import annotations

import json

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text

from shared.contracts.core import Envelope, Event, event_type, event_types
from shared.programme.values.json_values import as_json
from shared.projections.projection import Row, View, stream_id

timeline = Table(
    "timeline",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("term", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("said", Text, nullable=False),
)

TIMELINE = View(timeline, each=lambda envelope: (stream_id(envelope), envelope.seq))

_SAID = ("opinion", "reasons", "changes", "reason", "detail", "why")


def said(event: Event) -> str:
    """What somebody said in an event, in their own words; a list of reasons as JSON."""
    for name in _SAID:
        text = getattr(event, name, None)
        if text:
            return text if isinstance(text, str) else json.dumps(as_json(text), ensure_ascii=False, sort_keys=True)
    return ""


@TIMELINE.on(*(kind.cls for kind in event_types() if kind.service == "intake"))
def _event(row: Row, event: Event, envelope: Envelope) -> Row:
    kind = event_type(event)
    return row | {
        "event_id": str(envelope.event_id),
        "version": envelope.version,
        "type": envelope.type,
        "term": kind.term,
        "clause": kind.clause,
        "effective_on": envelope.effective_on,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "office": envelope.office,
        "policy_version": envelope.policy_version,
        "said": said(event),
    }
