"""What a district is found by, in whatever part of it: every name that the register showed, corrected or not."""

from __future__ import annotations

from shared.contracts import lifecycle as events
from shared.contracts.core import Envelope
from shared.projections.names import named, names_view
from shared.projections.projection import Row

names = names_view("names")


@names.on(events.DistrictDesignated)
def _designated(row: Row, event: events.DistrictDesignated, _envelope: Envelope) -> Row:
    units = {"county_unit": event.county_unit.name.casefold(), "key_unit": event.key_unit.name.casefold()}
    said = {"title": event.title.casefold(), "document": event.document_number.casefold()}
    return named(row, county=event.place.county_name.casefold(), **units, **said)


@names.on(events.RecordCorrected)
def _corrected(row: Row, event: events.RecordCorrected, envelope: Envelope) -> Row:
    return named(row, **{str(envelope.version): event.now.casefold()})


@names.on(events.TitleRevoked)
def _revoked(row: Row, event: events.TitleRevoked, _envelope: Envelope) -> Row:
    return named(row, revocation=event.document_number.casefold())


__all__ = ["names"]
