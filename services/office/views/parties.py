"""Whose each case is: its county and its key service unit."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text

from shared.contracts import intake as intake_events
from shared.contracts.core import Envelope
from shared.contracts.intake import Sealer
from shared.projections.projection import Row, View

parties = View(
    Table(
        "parties",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("county", Text, nullable=False),
        Column("key_uscc", Text, nullable=False),
    ),
    keys=lambda event, envelope: ((event.case_id,),),
)


@parties.on(intake_events.DraftOpened, intake_events.PaperApplicationKeyed)
def _opened(
    row: Row, event: intake_events.DraftOpened | intake_events.PaperApplicationKeyed, envelope: Envelope
) -> Row:
    return row | {"county": event.place.county, "key_uscc": event.key_unit.uscc}


@parties.on(intake_events.PlaceRerouted)
def _rerouted(row: Row, event: intake_events.PlaceRerouted, envelope: Envelope) -> Row:
    return row | {"county": event.place.county}


@parties.on(intake_events.UnitCorrected)
def _corrected(row: Row, event: intake_events.UnitCorrected, envelope: Envelope) -> Row:
    return row if event.sealer is Sealer.COUNTY else row | {"key_uscc": event.unit.uscc}
