"""The public's numbers: what happened in each year. A row holds counts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table

from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import review as review_events
from shared.contracts.core import Envelope, Event
from shared.projections.projection import Key, Row, View


def _year(_event: Event, envelope: Envelope) -> list[Key]:
    return [(envelope.effective_on.year,)]


COUNTED: dict[str, type[Event]] = {
    "filed": intake_events.ApplicationFiled,
    "accepted": review_events.ApplicationAccepted,
    "published": review_events.PublicityStarted,
    "objections": review_events.ObjectionFiled,
    "designated": lifecycle_events.DistrictDesignated,
    "not_yet": review_events.NotYetConfirmed,
    "kept": lifecycle_events.TitleRetained,
    "revoked": lifecycle_events.TitleRevoked,
}
"""What is counted, by the event that makes it one more."""

numbers = View(
    Table(
        "numbers",
        MetaData(),
        Column("year", Integer, primary_key=True, autoincrement=False),
        *(Column(name, Integer, nullable=False, default=0) for name in COUNTED),
    )
)


def _one_more(name: str) -> Callable[[Row, Any, Envelope], Row]:
    def counted(row: Row, _event: Event, _envelope: Envelope) -> Row:
        return row | {name: row[name] + 1}

    return counted


for _name, _kind in COUNTED.items():
    numbers.on(_kind, keys=_year)(_one_more(_name))

__all__ = ["COUNTED", "numbers"]
