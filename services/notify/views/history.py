"""A delivery's events in time order, as people read them: each attempt, answer and receipt with what was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from shared.contracts import notify as events
from shared.contracts.core import Envelope, Event
from shared.projections.projection import Row, View, stream_id

attempts = View(
    sa.Table(
        "delivery_history",
        sa.MetaData(),
        sa.Column("delivery_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False, default=0),
        sa.Column("event", sa.Text, nullable=False, default=""),
        sa.Column("attempt", sa.Integer, nullable=False, default=0),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("detail", sa.Text, nullable=False, default=""),
    ),
    each=lambda envelope: (stream_id(envelope), envelope.version),
)

_HISTORY = (
    events.DeliveryRequested,
    events.AttemptStarted,
    events.AttemptNotSent,
    events.DeliveryAccepted,
    events.DeliveryRejected,
    events.AttemptUnknown,
    events.DeliverySuppressed,
    events.DeliverySuperseded,
    events.DeliveryExpired,
    events.DeliveryDeferred,
    events.DeliveryReleased,
    events.DeliveryReconciled,
    events.LateAnswerKept,
    events.BounceReceived,
    events.ReceiptReceived,
    events.ReceiptMissing,
    events.DeliveryDelivered,
    events.DeliveryUndelivered,
    events.ResendOrdered,
)
_DETAILS = (
    "provider",
    "source",
    "outcome",
    "action",
    "code",
    "reason",
    "until",
    "answer",
    "status",
    "reference",
    "references",
    "receipt",
    "ordered_by",
    "text",
    "retry_at",
)
_SHOWN: Mapping[type[Event], tuple[str, ...]] = {
    kind: tuple(name for name in _DETAILS if hasattr(kind, name)) for kind in _HISTORY
}


@attempts.on(*_HISTORY)
def _history(row: Row, event: Event, envelope: Envelope) -> Row:
    details = [_text(value) for name in _SHOWN[type(event)] if (value := getattr(event, name))]
    return row | {
        "seq": envelope.seq,
        "event": envelope.type.partition(".")[2],
        "attempt": getattr(event, "attempt", 0),
        "recorded_at": envelope.recorded_at,
        "detail": " · ".join(details),
    }


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
