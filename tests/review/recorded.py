"""Events as the log would keep them."""

from __future__ import annotations

from datetime import date, datetime, time

from services.review.case import commands as asked
from services.review.case import decider
from shared.contracts import intake
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


def filed(opening: asked.OpenCase) -> intake.ApplicationFiled:
    """What intake records of the packet that opens a case."""
    return intake.ApplicationFiled(
        case_id=opening.case_id,
        filed_on=opening.filed_on,
        place=opening.place,
        county_unit=opening.county_unit,
        key_unit=opening.key_unit,
        form=opening.form,
        attachments=opening.attachments,
        seals=opening.seals,
        packet_sha256=opening.packet_sha256,
        paper=opening.paper,
        defects=opening.defects,
        filed_by=opening.filed_by,
        policy_version=opening.policy_version,
    )
