"""Deliveries as they stand, each attempt and receipt in time order, and the providers' references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa

from services.notify.views.providers import providers
from shared.contracts.core import Envelope, Event
from shared.contracts.notify import (
    AttemptNotSent,
    AttemptStarted,
    AttemptUnknown,
    BounceReceived,
    DeliveryAccepted,
    DeliveryDeferred,
    DeliveryDelivered,
    DeliveryExpired,
    DeliveryReconciled,
    DeliveryRejected,
    DeliveryReleased,
    DeliveryRequested,
    DeliverySuperseded,
    DeliverySuppressed,
    DeliveryUndelivered,
    LateAnswerKept,
    ReceiptMissing,
    ReceiptReceived,
    ResendOrdered,
)
from shared.projections.projection import Key, Projection, Row, View, stream_id

UNSENT = ("ready", "not-sent", "deferred")
UNSENT_SQL = "state in ('ready', 'not-sent', 'deferred') and expires_at is not null"

deliveries = View(
    sa.Table(
        "deliveries",
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
        sa.Column("state", sa.Text, nullable=False, default=""),
        sa.Column("reason", sa.Text, nullable=False, default=""),
        sa.Column("attempts", sa.Integer, nullable=False, default=0),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("deferred_until", sa.DateTime(timezone=True)),
        sa.Column("receipt_awaited_since", sa.DateTime(timezone=True)),
        sa.Column("unknown_since", sa.DateTime(timezone=True)),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("provider", sa.Text, nullable=False, default=""),
        sa.Column("out_id", sa.Text, nullable=False, default=""),
        sa.Column("worker", sa.Text, nullable=False, default=""),
        sa.Column("possible_duplicate", sa.Boolean, nullable=False, default=False),
        sa.Column("reminder_id", sa.Text, nullable=False, default=""),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("requested_on", sa.Date),
        sa.Column("requested_seq", sa.BigInteger, nullable=False, default=0),
        sa.Column("correlation_id", sa.Text, nullable=False, default=""),
        sa.Index("deliveries_case", "case_id", "requested_seq"),
        sa.Index("deliveries_state", "state", "requested_seq"),
        sa.Index("deliveries_recipient", "recipient", "requested_seq"),
        sa.Index("deliveries_ready", "channel", "requested_seq", postgresql_where=sa.text("state = 'ready'")),
        sa.Index("deliveries_retry", "channel", "retry_at", postgresql_where=sa.text("state = 'not-sent'")),
        sa.Index("deliveries_expiry", "expires_at", postgresql_where=sa.text(UNSENT_SQL)),
        sa.Index("deliveries_deferred", "deferred_until", postgresql_where=sa.text("state = 'deferred'")),
        sa.Index("deliveries_awaited", "receipt_awaited_since", postgresql_where=sa.text("state = 'accepted'")),
    )
)

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
    each=lambda at: (stream_id(at), at.version),
)

references = View(
    sa.Table(
        "provider_references",
        sa.MetaData(),
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("delivery_id", sa.Text, nullable=False, default=""),
    )
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


@deliveries.on(DeliveryRequested)
def _requested(row: Row, event: DeliveryRequested, at: Envelope) -> Row:
    return {
        **row,
        **dict(zip(_COPIED, _copied(event), strict=True)),
        "cause_id": str(event.cause_id),
        "channel": event.channel.value,
        "language": event.language.value,
        "state": "ready",
        "requested_at": at.recorded_at,
        "requested_on": at.effective_on,
        "requested_seq": at.seq,
        "correlation_id": at.correlation_id,
    }


@deliveries.on(AttemptStarted)
def _started(row: Row, event: AttemptStarted, _at: Envelope) -> Row:
    return row | {
        "state": "attempting",
        "attempts": event.attempt,
        "first_attempt_at": row["first_attempt_at"] or event.started_at,
        "retry_at": None,
        "lease_until": event.lease_until,
        "provider": event.provider,
        "out_id": event.out_id,
        "worker": event.worker,
        "possible_duplicate": event.possible_duplicate,
    }


@deliveries.on(AttemptNotSent)
def _not_sent(row: Row, event: AttemptNotSent, _at: Envelope) -> Row:
    return _ended(row, "not-sent", f"{event.code} {event.reason}") | {"retry_at": event.retry_at}


@deliveries.on(DeliveryAccepted)
def _accepted(row: Row, event: DeliveryAccepted, at: Envelope) -> Row:
    return _ended(row, "accepted", event.answer) | {
        "receipt_awaited_since": at.recorded_at if event.references else None
    }


@deliveries.on(DeliveryRejected)
def _rejected(row: Row, event: DeliveryRejected, _at: Envelope) -> Row:
    return _ended(row, "rejected", f"{event.code} {event.reason}")


@deliveries.on(AttemptUnknown)
def _unknown(row: Row, event: AttemptUnknown, at: Envelope) -> Row:
    return _ended(row, "unknown", event.reason) | {"unknown_since": at.recorded_at}


@deliveries.on(DeliveryDeferred)
def _deferred(row: Row, event: DeliveryDeferred, _at: Envelope) -> Row:
    return row | {"state": "deferred", "reason": event.reason, "deferred_until": event.until}


@deliveries.on(DeliveryReleased)
def _released(row: Row, _event: DeliveryReleased, _at: Envelope) -> Row:
    return row | {"state": "not-sent" if row["retry_at"] else "ready", "reason": "", "deferred_until": None}


@deliveries.on(ReceiptMissing)
def _missing(row: Row, _event: ReceiptMissing, _at: Envelope) -> Row:
    return row | {"state": "no-receipt", "reason": "no receipt came", "receipt_awaited_since": None}


@deliveries.on(DeliverySuppressed)
def _suppressed(row: Row, event: DeliverySuppressed, _at: Envelope) -> Row:
    return _ended(row, "suppressed", event.reason)


@deliveries.on(DeliverySuperseded)
def _superseded(row: Row, event: DeliverySuperseded, _at: Envelope) -> Row:
    return _ended(row, "superseded", event.reason)


@deliveries.on(DeliveryExpired)
def _expired(row: Row, event: DeliveryExpired, _at: Envelope) -> Row:
    return _ended(row, "expired", event.reason)


@deliveries.on(DeliveryDelivered)
def _delivered(row: Row, event: DeliveryDelivered, _at: Envelope) -> Row:
    return _ended(row, "delivered", event.receipt)


@deliveries.on(DeliveryUndelivered)
def _undelivered(row: Row, event: DeliveryUndelivered, _at: Envelope) -> Row:
    return _ended(row, "undelivered", event.receipt)


@deliveries.on(ResendOrdered)
def _resend(row: Row, event: ResendOrdered, _at: Envelope) -> Row:
    return _ended(row, "ready", event.reason) | {"possible_duplicate": True, "first_attempt_at": None}


_OVER = dict.fromkeys(("retry_at", "lease_until", "deferred_until", "unknown_since", "receipt_awaited_since"))


def _ended(row: Row, state: str, reason: str) -> Row:
    return row | _OVER | {"state": state, "reason": reason.strip(), "worker": ""}


_HISTORY = (
    DeliveryRequested,
    AttemptStarted,
    AttemptNotSent,
    DeliveryAccepted,
    DeliveryRejected,
    AttemptUnknown,
    DeliverySuppressed,
    DeliverySuperseded,
    DeliveryExpired,
    DeliveryDeferred,
    DeliveryReleased,
    DeliveryReconciled,
    LateAnswerKept,
    BounceReceived,
    ReceiptReceived,
    ReceiptMissing,
    DeliveryDelivered,
    DeliveryUndelivered,
    ResendOrdered,
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
_TOLD: Mapping[type[Event], tuple[str, ...]] = {
    kind: tuple(name for name in _DETAILS if hasattr(kind, name)) for kind in _HISTORY
}


@attempts.on(*_HISTORY)
def _history(row: Row, event: Event, at: Envelope) -> Row:
    told = [_text(value) for name in _TOLD[type(event)] if (value := getattr(event, name))]
    return row | {
        "seq": at.seq,
        "event": at.type.partition(".")[2],
        "attempt": getattr(event, "attempt", 0),
        "recorded_at": at.recorded_at,
        "detail": " · ".join(told),
    }


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _reference_keys(event: DeliveryAccepted, _at: Envelope) -> Iterable[Key]:
    return [(event.provider, reference) for reference in event.references]


@references.on(DeliveryAccepted, keys=_reference_keys)
def _referred(row: Row, event: DeliveryAccepted, _at: Envelope) -> Row:
    return row | {"delivery_id": event.delivery_id}


DELIVERIES = Projection(
    "notify.deliveries",
    version=2,
    categories=("notify",),
    views=(deliveries, attempts, references, providers),
    include_internal=True,
)
