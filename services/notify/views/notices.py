"""What was sent to whom in which words: one row per delivery, never changed."""

from __future__ import annotations

from operator import attrgetter

import sqlalchemy as sa

from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.projections.projection import Row, View, stream_id

notices = View(
    sa.Table(
        "notices",
        sa.MetaData(),
        sa.Column("delivery_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False, default=""),
        sa.Column("cause_id", sa.Text, nullable=False, default=""),
        sa.Column("cause_type", sa.Text, nullable=False, default=""),
        sa.Column("rule", sa.Text, nullable=False, default=""),
        sa.Column("role", sa.Text, nullable=False, default=""),
        sa.Column("recipient", sa.Text, nullable=False, default=""),
        sa.Column("recipient_name", sa.Text, nullable=False, default=""),
        sa.Column("channel", sa.Text, nullable=False, default=""),
        sa.Column("address", sa.Text, nullable=False, default=""),
        sa.Column("subject", sa.Text, nullable=False, default=""),
        sa.Column("body", sa.Text, nullable=False, default=""),
        sa.Column("html", sa.Text, nullable=False, default=""),
        sa.Column("language", sa.Text, nullable=False, default=""),
        sa.Column("template", sa.Text, nullable=False, default=""),
        sa.Column("content_sha256", sa.Text, nullable=False, default=""),
        sa.Column("statutory", sa.Boolean, nullable=False, default=False),
        sa.Column("urgent", sa.Boolean, nullable=False, default=False),
        sa.Column("reminder_id", sa.Text, nullable=False, default=""),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("requested_on", sa.Date),
        sa.Column("requested_seq", sa.BigInteger, nullable=False, default=0),
        sa.Column("correlation_id", sa.Text, nullable=False, default=""),
        sa.Index("notices_case", "case_id", "requested_seq"),
        sa.Index("notices_recipient", "recipient", "requested_seq"),
    ),
    each=lambda envelope: (stream_id(envelope),),
)

_COPIED = (
    "case_id",
    "cause_type",
    "rule",
    "role",
    "recipient",
    "recipient_name",
    "address",
    "subject",
    "body",
    "html",
    "template",
    "content_sha256",
    "statutory",
    "urgent",
    "reminder_id",
    "expires_at",
)
_copied = attrgetter(*_COPIED)


@notices.on(events.DeliveryRequested)
def _requested(row: Row, event: events.DeliveryRequested, envelope: Envelope) -> Row:
    return {
        **row,
        **dict(zip(_COPIED, _copied(event), strict=True)),
        "cause_id": str(event.cause_id),
        "channel": event.channel.value,
        "language": event.language.value,
        "requested_at": envelope.recorded_at,
        "requested_on": envelope.effective_on,
        "requested_seq": envelope.seq,
        "correlation_id": envelope.correlation_id,
    }
