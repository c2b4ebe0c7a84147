"""Events as the log would keep them."""

from __future__ import annotations

from datetime import date, datetime, time

from services.review.case import decider
from shared.contracts.core import CST, Envelope, Event, derived_id, event_type
from tests.review.histories import CASE, POLICY


def recorded(*events: Event, on: str = "2018-06-20") -> list[Envelope]:
    """Each event in the case's stream, one after the other, all on one day."""
    return [_recorded(event, number, date.fromisoformat(on)) for number, event in enumerate(events, 1)]


def _recorded(event: Event, number: int, on: date) -> Envelope:
    kind = event_type(event)
    return Envelope(
        seq=number,
        event_id=derived_id("event", str(number)),
        stream=decider.stream(CASE),
        version=number,
        type=kind.name,
        schema_version=kind.version,
        event=event,
        actor="officer-1",
        office="province",
        effective_on=on,
        recorded_at=datetime.combine(on, time(9), CST),
        command_id=derived_id("command", str(number)),
        correlation_id="test",
        causation_id=None,
        policy_version=POLICY.version,
    )
