"""Every published event of a case in the log's order, across the services: what, by whom, when it took effect and was
recorded; and each alert that a last day has passed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.core import Due, Envelope, Event, event_types
from shared.contracts.notify import MatterOverdue
from shared.privacy.places import groups
from shared.projections.projection import Row, View

SERVICES = ("intake", "review", "lifecycle")
"""Those whose events a case lives by."""

story = View(
    Table(
        "story",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False, index=True),
        Column("event_id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("type", Text, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("office", Text, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("says", JSONB, nullable=False),
    ),
    each=lambda envelope: (getattr(envelope.event, "case_id"), envelope.seq),  # noqa: B009 - every one has it
)
"""``says`` has an event's plain facts; none that is personal."""


def _impersonal(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event that are not personal."""
    sealed = frozenset().union(*(group.sealed for group in groups(kind) if not group.path))
    names = (each.name for each in fields(kind))  # type: ignore[arg-type]
    return tuple(name for name in names if name not in sealed and name != "case_id")


_FACTS = {
    kind.cls: _impersonal(kind.cls)
    for kind in event_types()
    if (kind.service in SERVICES and not kind.internal) or kind.cls is MatterOverdue
}


@story.on(*_FACTS)
def _happened(row: Row, event: Event, envelope: Envelope) -> Row:
    return row | {
        "event_id": str(envelope.event_id),
        "version": envelope.version,
        "type": envelope.type,
        "effective_on": envelope.effective_on,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "office": envelope.office,
        "policy_version": envelope.policy_version,
        "says": {name: said for name in _FACTS[type(event)] if (said := _plain(getattr(event, name))) is not None},
    }


def _plain(value: object) -> object:
    match value:
        case str() if value:
            return str(value)
        case bool() | int():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
        case Due(on=on):
            return on.isoformat()
        case _:
            return None


__all__ = ["SERVICES", "story"]
