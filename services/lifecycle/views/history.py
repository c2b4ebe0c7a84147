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


def _row_and_corrected(event: Event, at: Envelope) -> Iterable[Key]:
    corrected = [str(event.corrects)] if isinstance(event, events.RecordCorrected) else []
    return [(stream_id(at), event_id) for event_id in (str(at.event_id), *corrected)]


@timeline.on(*(kind.cls for kind in event_types() if kind.service == "lifecycle"), keys=_row_and_corrected)
def _told(row: Row, event: Event, at: Envelope) -> Row | None:
    if row["event_id"] == str(at.event_id):
        return _entry(row, event, at)
    if row["seq"] is None or not isinstance(event, events.RecordCorrected):
        return None
    said = {"field": event.field, "was": event.was, "now": event.now, "why": event.why, "by": str(at.event_id)}
    return row | {"corrections": [*row["corrections"], said]}


def _entry(row: Row, event: Event, at: Envelope) -> Row:
    kind = event_type(event)
    return row | {
        "seq": at.seq,
        "version": at.version,
        "type": at.type,
        "term": kind.term,
        "clause": kind.clause,
        "effective_on": at.effective_on,
        "recorded_at": at.recorded_at,
        "actor": at.actor,
        "office": at.office,
        "policy_version": at.policy_version,
        "says": _plain_facts(event),
    }


def _plain_facts(event: Event) -> Row:
    given = ((field.name, getattr(event, field.name)) for field in fields(event))  # type: ignore[arg-type]
    return {name: _plain(value) for name, value in given if name != "case_id" and _plain(value) is not None}


def _plain(value: object) -> object:
    match value:
        case str():
            plain: object = str(value)
        case bool() | int():
            plain = value
        case date():
            plain = value.isoformat()
        case Decimal():
            plain = f"{value:.2f}"
        case Due(on=on):
            plain = on.isoformat()
        case _:
            plain = None
    return plain


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


def _by_content(event: Event, at: Envelope) -> Iterable[Key]:
    return dict.fromkeys((stream_id(at), file.sha256) for file in _files(event))


@documents.on(events.AnnualReportFiled, events.DutyReported, events.RectificationReportFiled, keys=_by_content)
def _kept(row: Row, event: Event, _at: Envelope) -> Row:
    file = next(file for file in _files(event) if file.sha256 == row["sha256"])
    return row | {"size": file.size, "media_type": file.media_type, "name": file.name}
