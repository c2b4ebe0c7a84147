"""The packet as it lies before the province, and the timeline of what events."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import review as events
from shared.contracts.core import Envelope, Event, event_type, event_types
from shared.programme.values.json_values import as_json
from shared.projections.projection import Row, View, stream_id

packets = View(
    Table(
        "packets",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("packet_sha256", Text, nullable=False),
        Column("form", JSONB, nullable=False),
        Column("attachments", JSONB, nullable=False),
        Column("seals", JSONB, nullable=False),
        Column("defects", JSONB, nullable=False, default=list),
        Column("changed_parts", JSONB, nullable=False, default=list),
    )
)
"""``defects`` are those the packet was recorded with; ``changed_parts`` those of the last correction."""


@packets.on(events.CaseOpened)
def _filed(row: Row, event: events.CaseOpened, envelope: Envelope) -> Row:
    return row | _packet(event) | {"defects": as_json(event.defects)}


@packets.on(events.CorrectionReceived)
def _replaced(row: Row, event: events.CorrectionReceived, envelope: Envelope) -> Row:
    return row | _packet(event) | {"changed_parts": as_json(event.changed_parts)}


def _packet(event: events.CaseOpened | events.CorrectionReceived) -> Row:
    names = ("packet_sha256", "form", "attachments", "seals")
    return {name: as_json(getattr(event, name)) for name in names}


timeline = View(
    Table(
        "timeline",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("term", Text, nullable=False),
        Column("clause", Text, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("office", Text, nullable=False),
        Column("policy_version", Text, nullable=False),
    ),
    each=lambda envelope: (stream_id(envelope), envelope.version),
)
"""Every published event of a case, in order: what, by whom, when it took effect and when it was recorded."""


@timeline.on(*(kind.cls for kind in event_types() if kind.service == "review" and not kind.internal))
def _happened(row: Row, event: Event, envelope: Envelope) -> Row:
    kind = event_type(event)
    return row | {
        "seq": envelope.seq,
        "event_id": str(envelope.event_id),
        "type": kind.name,
        "term": kind.term,
        "clause": kind.clause,
        "effective_on": envelope.effective_on,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "office": envelope.office,
        "policy_version": envelope.policy_version,
    }
