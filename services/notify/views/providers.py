"""Which providers are paused, why, and since when."""

from __future__ import annotations

import sqlalchemy as sa

from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.projections.projection import Row, View

providers = View(
    sa.Table(
        "providers_paused",
        sa.MetaData(),
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False, default=""),
        sa.Column("reason", sa.Text, nullable=False, default=""),
        sa.Column("paused_by", sa.Text, nullable=False, default=""),
        sa.Column("since", sa.DateTime(timezone=True)),
    )
)


@providers.on(events.ProviderPaused, keys=lambda event, _envelope: ((event.provider,),))
def _paused(row: Row, event: events.ProviderPaused, envelope: Envelope) -> Row:
    return row | {
        "channel": event.channel.value,
        "reason": event.reason,
        "paused_by": event.paused_by,
        "since": envelope.recorded_at,
    }


@providers.on(events.ProviderResumed, keys=lambda event, _envelope: ((event.provider,),))
def _resumed(row: Row, event: events.ProviderResumed, envelope: Envelope) -> None:
    return None
