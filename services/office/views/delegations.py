"""Every delegation of every office: who lets whom act, for what, from when to when, and whether it was ended."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import office as events
from shared.contracts.core import Envelope
from shared.projections.projection import Row, View, stream_id

delegations = View(
    Table(
        "delegations",
        MetaData(),
        Column("office", Text, primary_key=True),
        Column("delegation_id", Text, primary_key=True),
        Column("principal", Text, nullable=False),
        Column("principal_name", Text, nullable=False),
        Column("delegate", Text, nullable=False),
        Column("delegate_name", Text, nullable=False),
        Column("roles", JSONB, nullable=False),
        Column("kinds", JSONB, nullable=False),
        Column("first_day", Date, nullable=False),
        Column("last_day", Date, nullable=False),
        Column("granted_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_by", Text),
    ),
    keys=lambda event, envelope: ((stream_id(envelope), event.delegation_id),),
)
"""``principal`` and ``delegate`` are subjects of tokens. ``ended_at`` is when somebody ended it before its last day."""


@delegations.on(events.DelegationGranted)
def _granted(row: Row, event: events.DelegationGranted, envelope: Envelope) -> Row:
    return row | {
        "principal": event.principal.subject,
        "principal_name": event.principal.name,
        "delegate": event.delegate.subject,
        "delegate_name": event.delegate.name,
        "roles": [role.value for role in event.roles],
        "kinds": [kind.value for kind in event.kinds],
        "first_day": event.first_day,
        "last_day": event.last_day,
        "granted_at": envelope.recorded_at,
    }


@delegations.on(events.DelegationEnded)
def _ended(row: Row, event: events.DelegationEnded, envelope: Envelope) -> Row:
    return row | {"ended_at": envelope.recorded_at, "ended_by": event.ended_by}
