"""What offices and subscribers chose, and the suppressed addresses; each can be read as of an event."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.projections.projection import Row, View

preferences = View(
    sa.Table(
        "preferences",
        sa.MetaData(),
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("history", JSONB, nullable=False, default=list),
    )
)
"""``history`` entries hold ``since`` (a seq) and either ``language`` or ``channel``, ``kind`` and ``on``."""

stopped_addresses = View(
    sa.Table(
        "stopped_addresses",
        sa.MetaData(),
        sa.Column("suppression_id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False, default=""),
        sa.Column("address", sa.Text, nullable=False, default=""),
        sa.Column("reason", sa.Text, nullable=False, default=""),
        sa.Column("since", sa.BigInteger, nullable=False, default=0),
        sa.Column("until", sa.BigInteger),
    )
)


@preferences.on(events.PreferenceSet, keys=lambda event, _envelope: ((event.owner,),))
def _chosen(row: Row, event: events.PreferenceSet, envelope: Envelope) -> Row:
    entry = {"since": envelope.seq, "channel": event.channel.value, "kind": event.kind, "on": event.on}
    return row | {"history": [*row["history"], entry]}


@preferences.on(events.LanguageSet, keys=lambda event, _envelope: ((event.owner,),))
def _spoken(row: Row, event: events.LanguageSet, envelope: Envelope) -> Row:
    return row | {"history": [*row["history"], {"since": envelope.seq, "language": event.language.value}]}


@stopped_addresses.on(events.AddressSuppressed, keys=lambda event, _envelope: ((event.suppression_id,),))
def _stopped(row: Row, event: events.AddressSuppressed, envelope: Envelope) -> Row:
    return row | {
        "channel": event.channel.value,
        "address": event.address,
        "reason": event.reason,
        "since": envelope.seq,
        "until": None,
    }


@stopped_addresses.on(events.AddressReleased, keys=lambda event, _envelope: ((event.suppression_id,),))
def _released(row: Row, _event: events.AddressReleased, envelope: Envelope) -> Row | None:
    return row | {"until": envelope.seq} if row["since"] else None
