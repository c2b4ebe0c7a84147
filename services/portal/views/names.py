"""What a case is found by, in whatever part of it: the names of its county and units, its document's number."""

from __future__ import annotations

from typing import TypeAlias

from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import review as review_events
from shared.contracts.core import Envelope
from shared.contracts.intake import Sealer
from shared.projections.names import named, names_view
from shared.projections.projection import Row

names = names_view("names")

_Whole: TypeAlias = (
    intake_events.DraftOpened
    | intake_events.PaperApplicationKeyed
    | intake_events.ApplicationFiled
    | review_events.CaseOpened
    | review_events.DesignationApproved
    | lifecycle_events.DistrictDesignated
)


@names.on(
    intake_events.DraftOpened,
    intake_events.PaperApplicationKeyed,
    intake_events.ApplicationFiled,
    review_events.CaseOpened,
    review_events.DesignationApproved,
    lifecycle_events.DistrictDesignated,
)
def _named(row: Row, event: _Whole, _envelope: Envelope) -> Row:
    units = {"county_unit": event.county_unit.name, "key_unit": event.key_unit.name}
    number = {"document": event.document_number} if hasattr(event, "document_number") else {}
    return named(row, county=event.place.county_name, **units, **number)


@names.on(intake_events.PlaceRerouted)
def _rerouted(row: Row, event: intake_events.PlaceRerouted, _envelope: Envelope) -> Row:
    return named(row, county=event.place.county_name)


@names.on(intake_events.UnitCorrected)
def _unit_corrected(row: Row, event: intake_events.UnitCorrected, _envelope: Envelope) -> Row:
    return named(row, **{"county_unit" if event.sealer is Sealer.COUNTY else "key_unit": event.unit.name})


@names.on(review_events.CorrectionReceived)
def _corrected(row: Row, event: review_events.CorrectionReceived, _envelope: Envelope) -> Row:
    return named(row, county_unit=event.county_unit.name, key_unit=event.key_unit.name)


__all__ = ["names"]
