"""One row a document, with every version it had."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.core import Envelope
from shared.contracts.intake import (
    Attachment,
    AttachmentAdded,
    AttachmentRemoved,
    PaperApplicationKeyed,
)
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


def _documents_of(event: AttachmentAdded | PaperApplicationKeyed) -> tuple[Attachment, ...]:
    return event.attachments if isinstance(event, PaperApplicationKeyed) else (event.attachment,)


def _of_attachments(event: AttachmentAdded | PaperApplicationKeyed, _at: Envelope) -> list[Key]:
    return [(event.case_id, one.attachment_id) for one in _documents_of(event)]


def _of_removed(event: AttachmentRemoved, _at: Envelope) -> list[Key]:
    return [(event.case_id, event.attachment_id)]


@DOCUMENTS.on(AttachmentAdded, PaperApplicationKeyed, keys=_of_attachments)
def _document(row: Row, event: AttachmentAdded | PaperApplicationKeyed, at: Envelope) -> Row:
    one = next(one for one in _documents_of(event) if one.attachment_id == row["attachment_id"])
    added = {
        "version": one.version,
        "title": one.title,
        "added_on": at.effective_on.isoformat(),
    }
    versions = [*row["versions"], as_object(one.file) | added]
    return row | {"kind": one.kind.value, "title": one.title, "in_packet": True, "versions": versions}


@DOCUMENTS.on(AttachmentRemoved, keys=_of_removed)
def _document_removed(row: Row, _event: AttachmentRemoved, _at: Envelope) -> Row:
    return row | {"in_packet": False}
