"""What a case is found by, in whatever part of it: the names of its county, city and units, its document's number."""

from __future__ import annotations

from shared.contracts import review as events
from shared.contracts.core import Envelope
from shared.projections.names import named, names_view
from shared.projections.projection import Row

names = names_view("names")


@names.on(events.CaseOpened)
def _opened(row: Row, event: events.CaseOpened, _envelope: Envelope) -> Row:
    place, units = event.place, {"county_unit": event.county_unit.name, "key_unit": event.key_unit.name}
    return named(row, county=place.county_name, endorser=place.endorser_name, **units)


@names.on(events.CorrectionReceived)
def _corrected(row: Row, event: events.CorrectionReceived, _envelope: Envelope) -> Row:
    return named(row, county_unit=event.county_unit.name, key_unit=event.key_unit.name)


@names.on(events.DesignationApproved)
def _approved(row: Row, event: events.DesignationApproved, _envelope: Envelope) -> Row:
    return named(row, document=event.document_number)


__all__ = ["names"]
