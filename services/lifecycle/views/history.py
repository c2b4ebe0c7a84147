"""Every event of a district in order, and the documents that its events name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import lifecycle as events
from shared.contracts.core import Due, Envelope, Event, event_type, event_types
from shared.programme.values.stored_file import StoredFile
from shared.projections.projection import Key, Row, View, stream_id

timeline = View(
    Table(
        "timeline",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("event_id", Text, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
        Column("type", Text, nullable=False),
        Column("term", Text, nullable=False),
        Column("clause", Text, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("office", Text, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("says", JSONB, nullable=False),
        Column("corrections", JSONB, nullable=False, default=list),
    )
)
"""A row an event. ``says`` has its plain facts; ``corrections`` what later events corrected of it."""


def _row_and_corrected(event: Event, envelope: Envelope) -> Iterable[Key]:
    corrected = [str(event.corrects)] if isinstance(event, events.RecordCorrected) else []
    return [(stream_id(envelope), event_id) for event_id in (str(envelope.event_id), *corrected)]


@timeline.on(*(kind.cls for kind in event_types() if kind.service == "lifecycle"), keys=_row_and_corrected)
def _line(row: Row, event: Event, envelope: Envelope) -> Row | None:
    if row["event_id"] == str(envelope.event_id):
        return _whole(row, event, envelope)
    if row["seq"] is None or not isinstance(event, events.RecordCorrected):
        return None
    said = {"field": event.field, "was": event.was, "now": event.now, "why": event.why, "by": str(envelope.event_id)}
    return row | {"corrections": [*row["corrections"], said]}


def _whole(row: Row, event: Event, envelope: Envelope) -> Row:
    kind = event_type(event)
    return row | {
        "seq": envelope.seq,
        "version": envelope.version,
        "type": envelope.type,
        "term": kind.term,
        "clause": kind.clause,
        "effective_on": envelope.effective_on,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "office": envelope.office,
        "policy_version": envelope.policy_version,
        "says": _plain_facts(event),
    }


def _plain_facts(event: Event) -> Row:
    facts = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}  # type: ignore[arg-type]
    return {name: fact for name, fact in facts.items() if name != "case_id" and fact is not None}


def _plain(value: object) -> object:
    match value:
        case str():
            return str(value)
        case bool() | int():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
        case Due(on=on):
            return on.isoformat()
        case _:
            return None


documents = View(
    Table(
        "documents",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("sha256", Text, primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("name", Text, nullable=False),
    )
)
"""The documents that a district's events name, by their content."""


def _files(event: Event) -> tuple[StoredFile, ...]:
    match event:
        case events.AnnualReportFiled(summary=summary, plan=plan):
            return summary, plan
        case events.DutyReported(evidence=files) | events.RectificationReportFiled(documents=files):
            return files
        case _:
            return ()


def _by_content(event: Event, envelope: Envelope) -> Iterable[Key]:
    return dict.fromkeys((stream_id(envelope), file.sha256) for file in _files(event))


@documents.on(events.AnnualReportFiled, events.DutyReported, events.RectificationReportFiled, keys=_by_content)
def _kept(row: Row, event: Event, _envelope: Envelope) -> Row:
    file = next(file for file in _files(event) if file.sha256 == row["sha256"])
    return row | {"size": file.size, "media_type": file.media_type, "name": file.name}
