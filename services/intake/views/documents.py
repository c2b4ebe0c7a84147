"""One row per document, with every version it had."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import intake as events
from shared.contracts.core import Envelope
from shared.contracts.intake import Attachment
from shared.programme.values.json_values import as_object
from shared.projections.projection import Key, Row, View

documents = Table(
    "documents",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("attachment_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("in_packet", Boolean, nullable=False),
    Column("versions", JSONB, nullable=False, default=list),
)

DOCUMENTS = View(documents)


def _attachments_of(event: events.AttachmentAdded | events.PaperApplicationKeyed) -> tuple[Attachment, ...]:
    return event.attachments if isinstance(event, events.PaperApplicationKeyed) else (event.attachment,)


def _of_attachments(event: events.AttachmentAdded | events.PaperApplicationKeyed, _envelope: Envelope) -> list[Key]:
    return [(event.case_id, attachment.attachment_id) for attachment in _attachments_of(event)]


def _of_removed(event: events.AttachmentRemoved, _envelope: Envelope) -> list[Key]:
    return [(event.case_id, event.attachment_id)]


@DOCUMENTS.on(events.AttachmentAdded, events.PaperApplicationKeyed, keys=_of_attachments)
def _document(row: Row, event: events.AttachmentAdded | events.PaperApplicationKeyed, envelope: Envelope) -> Row:
    ident = row["attachment_id"]
    attachment = next(attachment for attachment in _attachments_of(event) if attachment.attachment_id == ident)
    added = {
        "version": attachment.version,
        "title": attachment.title,
        "added_on": envelope.effective_on.isoformat(),
    }
    versions = [*row["versions"], as_object(attachment.file) | added]
    return row | {"kind": attachment.kind.value, "title": attachment.title, "in_packet": True, "versions": versions}


@DOCUMENTS.on(events.AttachmentRemoved, keys=_of_removed)
def _document_removed(row: Row, _event: events.AttachmentRemoved, _envelope: Envelope) -> Row:
    return row | {"in_packet": False}
