"""Who holds what there may be once only: document numbers, counties' titles, applications under way. Each service that
decides on one keeps this read model in its own schema."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Final, TypeAlias

from sqlalchemy import Boolean, Column, Date, Index, MetaData, Table, Text

from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Envelope, Event, event_type
from shared.contracts.intake import Sealer
from shared.contracts.numbered import COUNTY, NUMBER, NUMBERED
from shared.programme.divisions import current_code
from shared.programme.values.document_number import DocumentNumber
from shared.programme.values.uscc import normalised
from shared.projections.projection import Key, Projection, Row, View, stream_id

CATEGORIES: Final = ("intake", "review", "lifecycle")

numbers = View(
    Table(
        "numbers_used",
        MetaData(),
        Column("event_id", Text, primary_key=True),
        Column("number", Text, nullable=False),
        Column("act", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("used_on", Date, nullable=False),
        Index("numbers_used_number", "number"),
    ),
    keys=lambda _event, envelope: ((str(envelope.event_id),),),
)
"""A row an event that bears a number, as it was corrected since. An approval has two: the term repeats its number."""

titles = View(
    Table(
        "live_titles",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("county", Text, nullable=False, index=True),
        Column("county_name", Text, nullable=False),
        Column("since", Date, nullable=False),
    ),
    keys=lambda event, _envelope: ((event.case_id,),),
)
"""A row a title, from its approval until it is revoked. ``county`` is the code as it is today."""

applications = View(
    Table(
        "live_applications",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("county", Text, nullable=False, index=True),
        Column("county_name", Text, nullable=False),
        Column("key_unit", Text, nullable=False),
        Column("key_uscc", Text, nullable=False),
        Column("sent", Boolean, nullable=False),
        Column("since", Date, nullable=False),
    ),
    keys=lambda event, _envelope: ((event.case_id,),),
)
"""A row an application until it ends; it is under way from the day it was ``sent``, not while it is a draft."""

Corrected: TypeAlias = review.RecordCorrected | lifecycle.RecordCorrected
_DATES: Final = frozenset(numbering.dated for numbering in NUMBERED.values())


@numbers.on(*NUMBERED)
def _used(row: Row, event: Event, envelope: Envelope) -> Row | None:
    numbering = NUMBERED[type(event)]
    if not getattr(event, NUMBER):
        return None  # decided before a number was asked for
    return row | {
        "number": getattr(event, NUMBER),
        "act": numbering.act.value,
        "case_id": stream_id(envelope),
        "used_on": getattr(event, numbering.dated, envelope.effective_on),
    }


def _of_the_corrected(event: Corrected, _envelope: Envelope) -> Iterable[Key]:
    return ((str(event.corrects),),)


@numbers.on(review.RecordCorrected, lifecycle.RecordCorrected, keys=_of_the_corrected)
def _corrected(row: Row, event: Corrected, _envelope: Envelope) -> Row | None:
    if row["number"] is None:
        return None
    with suppress(ValueError):  # what was erased since is neither number nor day
        if event.field == NUMBER:
            return row | {"number": str(DocumentNumber.parse(event.now))}
        if event.field in _DATES:
            return row | {"used_on": date.fromisoformat(event.now)}
    return row


@titles.on(review.DesignationApproved)
def _confirmed(row: Row, event: review.DesignationApproved, _envelope: Envelope) -> Row:
    place = event.place
    return row | {
        "county": current_code(place.county),
        "county_name": place.county_name,
        "since": event.approved_on,
    }


@titles.on(review.RecordCorrected, lifecycle.RecordCorrected)
def _placed(row: Row, event: Corrected, _envelope: Envelope) -> Row | None:
    if row["county"] is None:
        return None
    return row | {"county": current_code(event.now)} if event.field == COUNTY else row


@titles.on(lifecycle.TitleRevoked)
def _ended(_row: Row, _event: lifecycle.TitleRevoked, _envelope: Envelope) -> None:
    return None


@applications.on(intake.DraftOpened)
def _opened(row: Row, event: intake.DraftOpened, envelope: Envelope) -> Row:
    return _begun(row, event, envelope) | {"sent": False}


@applications.on(intake.PaperApplicationKeyed)
def _keyed(row: Row, event: intake.PaperApplicationKeyed, envelope: Envelope) -> Row:
    return _begun(row, event, envelope) | {"sent": True, "since": event.received_on}


def _begun(row: Row, event: intake.DraftOpened | intake.PaperApplicationKeyed, envelope: Envelope) -> Row:
    return (
        row
        | _of(event.place)
        | {
            "key_unit": event.key_unit.name,
            "key_uscc": normalised(event.key_unit.uscc),
            "since": envelope.effective_on,
        }
    )


def _of(place: intake.Place) -> Row:
    return {"county": current_code(place.county), "county_name": place.county_name}


@applications.on(intake.PlaceRerouted)
def _rerouted(row: Row, event: intake.PlaceRerouted, _envelope: Envelope) -> Row:
    return row | _of(event.place)


@applications.on(intake.UnitCorrected)
def _renamed(row: Row, event: intake.UnitCorrected, _envelope: Envelope) -> Row:
    if event.sealer is Sealer.COUNTY:
        return row
    return row | {"key_unit": event.unit.name, "key_uscc": normalised(event.unit.uscc)}


@applications.on(intake.EndorsementRequested, intake.ApplicationFiled)
def _sent(row: Row, _event: Event, envelope: Envelope) -> Row:
    return row if row["sent"] else row | {"sent": True, "since": envelope.effective_on}


@applications.on(intake.ApplicationReturned)
def _returned(row: Row, _event: intake.ApplicationReturned, _envelope: Envelope) -> Row:
    return row | {"sent": False}


@applications.on(
    intake.EndorsementDeclined,
    intake.ApplicationWithdrawn,
    intake.ApplicationClosed,
    review.AcceptanceRefused,
    review.NotYetConfirmed,
    review.DesignationApproved,
)
def _over(_row: Row, _event: Event, _envelope: Envelope) -> None:
    return None


_VIEWS: Final = (numbers, titles, applications)


def _names(*classes: type[Event]) -> frozenset[str]:
    return frozenset(event_type(cls).name for cls in classes)


TAKES_A_NUMBER: Final = _names(*NUMBERED, review.RecordCorrected, lifecycle.RecordCorrected)
TAKES_A_TITLE: Final = _names(review.DesignationApproved, review.RecordCorrected, lifecycle.RecordCorrected)
TAKES_A_PAIR: Final = _names(
    intake.EndorsementRequested, intake.ApplicationFiled, intake.PaperApplicationKeyed, intake.UnitCorrected
)
"""The stored names of the events by which somebody comes to hold it. What only lets go of it is none."""


def unique_of(service: str) -> Projection:
    """The read model of a service that decides on what there may be once only."""
    return Projection(f"{service}.unique", version=1, categories=CATEGORIES, views=_VIEWS)


__all__ = [
    "CATEGORIES",
    "TAKES_A_NUMBER",
    "TAKES_A_PAIR",
    "TAKES_A_TITLE",
    "applications",
    "numbers",
    "titles",
    "unique_of",
]
