"""The state of each delivery, and the providers' references. What never changes is in ``notices``, so each step
writes little."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from services.notify.views.history import attempts
from services.notify.views.notices import notices
from services.notify.views.providers import providers
from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.projections.projection import Key, Projection, Row, View

UNSENT = ("ready", "not-sent", "deferred")
UNSENT_SQL = "state in ('ready', 'not-sent', 'deferred') and expires_at is not null"
_BY_LANE = ("channel", "statutory")

deliveries = View(
    sa.Table(
        "deliveries",
        sa.MetaData(),
        sa.Column("delivery_id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False, default=""),
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
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("requested_seq", sa.BigInteger, nullable=False, default=0),
        sa.Column("statutory", sa.Boolean, nullable=False, default=False),
        sa.Index("deliveries_state", "state", "requested_seq"),
        sa.Index("deliveries_ready", *_BY_LANE, "requested_seq", postgresql_where=sa.text("state = 'ready'")),
        sa.Index("deliveries_retry", *_BY_LANE, "retry_at", postgresql_where=sa.text("state = 'not-sent'")),
        sa.Index("deliveries_expiry", "expires_at", postgresql_where=sa.text(UNSENT_SQL)),
        sa.Index("deliveries_deferred", "deferred_until", postgresql_where=sa.text("state = 'deferred'")),
        sa.Index("deliveries_awaited", "receipt_awaited_since", postgresql_where=sa.text("state = 'accepted'")),
    )
)

references = View(
    sa.Table(
        "provider_references",
        sa.MetaData(),
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("delivery_id", sa.Text, nullable=False, default=""),
        sa.Column("given_at", sa.DateTime(timezone=True)),
        sa.Column("ambiguous", sa.Boolean, nullable=False, default=False),
    )
)
GIVEN_AGAIN = timedelta(days=7)
"""After so long a provider may reuse its ids: no earlier receipt is still on its way."""


@deliveries.on(events.DeliveryRequested)
def _requested(row: Row, event: events.DeliveryRequested, envelope: Envelope) -> Row:
    return row | {
        "channel": event.channel.value,
        "expires_at": event.expires_at,
        "statutory": event.statutory,
        "state": "ready",
        "requested_at": envelope.recorded_at,
        "requested_seq": envelope.seq,
    }


@deliveries.on(events.AttemptStarted)
def _started(row: Row, event: events.AttemptStarted, _envelope: Envelope) -> Row:
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


@deliveries.on(events.AttemptNotSent)
def _not_sent(row: Row, event: events.AttemptNotSent, _envelope: Envelope) -> Row:
    return _ended(row, "not-sent", f"{event.code} {event.reason}") | {"retry_at": event.retry_at}


@deliveries.on(events.DeliveryAccepted)
def _accepted(row: Row, event: events.DeliveryAccepted, envelope: Envelope) -> Row:
    return _ended(row, "accepted", event.answer) | {
        "receipt_awaited_since": envelope.recorded_at if event.references else None
    }


@deliveries.on(events.DeliveryRejected)
def _rejected(row: Row, event: events.DeliveryRejected, _envelope: Envelope) -> Row:
    return _ended(row, "rejected", f"{event.code} {event.reason}")


@deliveries.on(events.AttemptUnknown)
def _unknown(row: Row, event: events.AttemptUnknown, envelope: Envelope) -> Row:
    return _ended(row, "unknown", event.reason) | {"unknown_since": envelope.recorded_at}


@deliveries.on(events.DeliveryDeferred)
def _deferred(row: Row, event: events.DeliveryDeferred, _envelope: Envelope) -> Row:
    return row | {"state": "deferred", "reason": event.reason, "deferred_until": event.until}


@deliveries.on(events.DeliveryReleased)
def _released(row: Row, _event: events.DeliveryReleased, _envelope: Envelope) -> Row:
    return row | {"state": "not-sent" if row["retry_at"] else "ready", "reason": "", "deferred_until": None}


@deliveries.on(events.ReceiptMissing)
def _missing(row: Row, _event: events.ReceiptMissing, _envelope: Envelope) -> Row:
    return row | {"state": "no-receipt", "reason": "no receipt came", "receipt_awaited_since": None}


@deliveries.on(events.DeliverySuppressed)
def _suppressed(row: Row, event: events.DeliverySuppressed, _envelope: Envelope) -> Row:
    return _ended(row, "suppressed", event.reason)


@deliveries.on(events.DeliverySuperseded)
def _superseded(row: Row, event: events.DeliverySuperseded, _envelope: Envelope) -> Row:
    return _ended(row, "superseded", event.reason)


@deliveries.on(events.DeliveryExpired)
def _expired(row: Row, event: events.DeliveryExpired, _envelope: Envelope) -> Row:
    return _ended(row, "expired", event.reason)


@deliveries.on(events.DeliveryDelivered)
def _delivered(row: Row, event: events.DeliveryDelivered, _envelope: Envelope) -> Row:
    return _ended(row, "delivered", event.receipt)


@deliveries.on(events.DeliveryUndelivered)
def _undelivered(row: Row, event: events.DeliveryUndelivered, _envelope: Envelope) -> Row:
    return _ended(row, "undelivered", event.receipt)


@deliveries.on(events.ResendOrdered)
def _resend(row: Row, event: events.ResendOrdered, _envelope: Envelope) -> Row:
    ordered = {"possible_duplicate": True, "first_attempt_at": None, "expires_at": None}
    return _ended(row, "ready", event.reason) | ordered


_OVER = dict.fromkeys(("retry_at", "lease_until", "deferred_until", "unknown_since", "receipt_awaited_since"))


def _ended(row: Row, state: str, reason: str) -> Row:
    return row | _OVER | {"state": state, "reason": reason.strip(), "worker": ""}


def _reference_keys(event: events.DeliveryAccepted, _envelope: Envelope) -> Iterable[Key]:
    return [(event.provider, reference) for reference in event.references]


@references.on(events.DeliveryAccepted, keys=_reference_keys)
def _referred(row: Row, event: events.DeliveryAccepted, envelope: Envelope) -> Row:
    """Record whose id it is. An id given to several messages at about the same time identifies none of them."""
    recent = row["given_at"] is not None and envelope.recorded_at - row["given_at"] < GIVEN_AGAIN
    another = row["delivery_id"] != event.delivery_id
    return row | {
        "delivery_id": event.delivery_id,
        "given_at": envelope.recorded_at,
        "ambiguous": recent and (row["ambiguous"] or another),
    }


DELIVERIES = Projection(
    "notify.deliveries",
    version=4,
    categories=("notify",),
    views=(notices, deliveries, attempts, references, providers),
    include_internal=True,
)
