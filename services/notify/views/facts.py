"""The events of each case that cause a notice or make one untrue."""

from __future__ import annotations

import sqlalchemy as sa

from services.notify.notices import NOTICES
from shared.contracts.core import Envelope, Event, event_type
from shared.projections.projection import Row, View

case_events = View(
    sa.Table(
        "case_events",
        sa.MetaData(),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False, default=""),
        sa.Column("type", sa.Text, nullable=False, default=""),
        sa.Column("seq", sa.BigInteger, nullable=False, default=0),
        sa.Column("corrects", sa.Text, nullable=False, default=""),
        sa.Index("case_events_case", "case_id", "type"),
    ),
    each=lambda envelope: (str(envelope.event_id),),
)
"""``corrects`` is the event that a correction of the record is about."""

_OF_CASES = ("intake", "review", "lifecycle")
"""The services whose events can be corrected or overtaken."""
_KINDS = sorted(
    {kind for rule in NOTICES for kind in (rule.cause, *rule.untrue_after) if event_type(kind).service in _OF_CASES},
    key=lambda kind: event_type(kind).name,
)


@case_events.on(*_KINDS)
def _happened(row: Row, event: Event, envelope: Envelope) -> Row:
    return row | {
        "case_id": getattr(event, "case_id", ""),
        "type": envelope.type,
        "seq": envelope.seq,
        "corrects": str(getattr(event, "corrects", "")),
    }
