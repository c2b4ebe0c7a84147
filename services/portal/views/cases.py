"""One row a case, from its draft to the end of its title: where it stands, whose it is, by what it is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import review as review_events
from shared.contracts.core import Envelope, Event
from shared.contracts.intake import Place, Sealer
from shared.programme.forms import Unit
from shared.projections.projection import Row, View

_TABLE = Table(
    "cases",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("service", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("over", Boolean, nullable=False, default=False),
    Column("county", Text, nullable=False),
    Column("county_name", Text, nullable=False),
    Column("endorser", Text, nullable=False),
    Column("county_unit", Text, nullable=False),
    Column("key_unit", Text, nullable=False),
    Column("key_uscc", Text, nullable=False, index=True),
    Column("holder", Text),
    Column("experts", JSONB, nullable=False, default=list),
    Column("declare_first", Boolean, nullable=False, default=False),
    Column("impartial", JSONB, nullable=False, default=list),
    Column("title", Text, nullable=False, default=""),
    Column("document_number", Text, nullable=False, default="", index=True),
    Column("opened_on", Date, nullable=False),
    Column("filed_on", Date),
    Column("accepted_on", Date),
    Column("ended_on", Date),
    Column("designated_on", Date),
    Column("cycle", Integer),
    Column("last_day", Date),
    Column("grade", Text),
    Column("revoked_on", Date),
    Column("moved_on", Date, nullable=False),
    Column("moved_at", DateTime(timezone=True), nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)
Index("cases_by_county", _TABLE.c.county, _TABLE.c.seq)
Index("cases_by_endorser", _TABLE.c.endorser, _TABLE.c.seq)
Index("cases_by_stage", _TABLE.c.stage, _TABLE.c.seq)

cases = View(_TABLE)
"""``service`` is the one whose events the case lives by now; ``over`` says that nothing more is to come. ``experts``
are the ids of those who sit on its panel; ``impartial`` those who declared that nothing ties them to the applicants,
which comes first where ``declare_first``. ``holder`` is the subject of who at the province holds it. ``seq`` is the
last event that moved the case, which took effect on ``moved_on``."""


@dataclass(frozen=True, slots=True)
class _Move:
    """Where an event takes a case; ``day`` names the column that keeps the day it took effect on."""

    stage: str
    day: str = ""
    over: bool = False


_MOVES: Final[dict[type[Event], _Move]] = {
    intake_events.EndorsementRequested: _Move("endorsing"),
    intake_events.ApplicationReturned: _Move("draft"),
    intake_events.EndorsementDeclined: _Move("declined", "ended_on", over=True),
    intake_events.ApplicationWithdrawn: _Move("withdrawn", "ended_on", over=True),
    review_events.CorrectionNoticeIssued: _Move("correcting"),
    review_events.ApplicationAccepted: _Move("accepted", "accepted_on"),
    review_events.MaterialReviewConcluded: _Move("on-site"),
    review_events.MaterialReviewReopened: _Move("material-review"),
    review_events.PanelConcluded: _Move("concluded"),
    review_events.PublicityStarted: _Move("in-publicity"),
    review_events.PublicityEnded: _Move("publicity-over"),
    review_events.AcceptanceRefused: _Move("not-accepted", "ended_on", over=True),
    review_events.NotYetConfirmed: _Move("not-yet", "ended_on", over=True),
    review_events.ReviewDiscontinued: _Move("withdrawn", "ended_on", over=True),
    lifecycle_events.AssessmentOpened: _Move("under-assessment"),
    lifecycle_events.RectificationOrdered: _Move("rectifying"),
    lifecycle_events.DistrictReassessed: _Move("reassessed"),
    lifecycle_events.HearingInvited: _Move("hearing"),
    lifecycle_events.TitleRevoked: _Move("revoked", "revoked_on", over=True),
}


def _now(row: Row, envelope: Envelope, **known: Any) -> Row | None:
    """The row as an event leaves it; none of a case of which nothing says where it comes from."""
    moved = {"moved_on": envelope.effective_on, "moved_at": envelope.recorded_at, "seq": envelope.seq}
    new = row | moved | {"opened_on": row["opened_on"] or envelope.effective_on} | known
    return None if new["county"] is None else new


def _place(place: Place) -> Row:
    return {"county": place.county, "county_name": place.county_name, "endorser": place.endorser}


def _units(county_unit: Unit, key_unit: Unit) -> Row:
    return {"county_unit": county_unit.name, "key_unit": key_unit.name, "key_uscc": key_unit.uscc}


_Naming: TypeAlias = (
    intake_events.DraftOpened
    | intake_events.PaperApplicationKeyed
    | intake_events.ApplicationFiled
    | review_events.CaseOpened
    | review_events.DesignationApproved
    | lifecycle_events.DistrictDesignated
)


def _named(event: _Naming) -> Row:
    """Whose case it is, as an event says it whole."""
    return _place(event.place) | _units(event.county_unit, event.key_unit)


@cases.on(intake_events.DraftOpened, intake_events.PaperApplicationKeyed)
def _begun(
    row: Row, event: intake_events.DraftOpened | intake_events.PaperApplicationKeyed, envelope: Envelope
) -> Row | None:
    """A draft, or a paper filing that waits for its city (where it has one: else it is filed at once)."""
    stage = "draft" if isinstance(event, intake_events.DraftOpened) else "endorsing"
    return _now(row, envelope, service="intake", stage=stage, **_named(event))


@cases.on(intake_events.PlaceRerouted)
def _rerouted(row: Row, event: intake_events.PlaceRerouted, envelope: Envelope) -> Row | None:
    return _now(row, envelope, **_place(event.place))


@cases.on(intake_events.UnitCorrected)
def _unit_corrected(row: Row, event: intake_events.UnitCorrected, envelope: Envelope) -> Row | None:
    if event.sealer is Sealer.COUNTY:
        return _now(row, envelope, county_unit=event.unit.name)
    return _now(row, envelope, key_unit=event.unit.name, key_uscc=event.unit.uscc)


@cases.on(intake_events.ApplicationFiled)
def _filed(row: Row, event: intake_events.ApplicationFiled, envelope: Envelope) -> Row | None:
    return _now(row, envelope, service="intake", stage="filed", filed_on=event.filed_on, **_named(event))


@cases.on(review_events.CaseOpened)
def _received(row: Row, event: review_events.CaseOpened, envelope: Envelope) -> Row | None:
    return _now(row, envelope, service="review", stage="examining", filed_on=event.filed_on, **_named(event))


@cases.on(review_events.CaseClaimed, review_events.CaseHandedOver)
def _held(row: Row, event: review_events.CaseClaimed | review_events.CaseHandedOver, _: Envelope) -> Row | None:
    """Who holds a case moves it nowhere."""
    return None if row["county"] is None else row | {"holder": event.holder}


@cases.on(review_events.CaseReleased)
def _released(row: Row, _event: review_events.CaseReleased, _: Envelope) -> Row | None:
    return None if row["county"] is None else row | {"holder": None}


@cases.on(review_events.CorrectionReceived)
def _corrected(row: Row, event: review_events.CorrectionReceived, envelope: Envelope) -> Row | None:
    return _now(row, envelope, stage="examining", **_units(event.county_unit, event.key_unit))


@cases.on(review_events.PanelConvened)
def _convened(row: Row, event: review_events.PanelConvened, envelope: Envelope) -> Row | None:
    experts = [expert.expert_id for expert in event.experts]
    return _now(row, envelope, stage="material-review", experts=experts, declare_first=event.declare_first)


@cases.on(review_events.ImpartialityDeclared)
def _declared(row: Row, event: review_events.ImpartialityDeclared, envelope: Envelope) -> Row | None:
    return _now(row, envelope, impartial=[*row["impartial"], event.expert_id])


@cases.on(review_events.ExpertRecused)
def _recused(row: Row, event: review_events.ExpertRecused, envelope: Envelope) -> Row | None:
    return _now(row, envelope, experts=[ident for ident in row["experts"] if ident != event.expert_id])


@cases.on(review_events.ExpertReplaced)
def _replaced(row: Row, event: review_events.ExpertReplaced, envelope: Envelope) -> Row | None:
    return _now(row, envelope, experts=[*row["experts"], event.replacement.expert_id])


@cases.on(review_events.DesignationApproved)
def _approved(row: Row, event: review_events.DesignationApproved, envelope: Envelope) -> Row | None:
    decided = {"title": event.title, "document_number": event.document_number, "ended_on": event.approved_on}
    return _now(row, envelope, service="review", stage="approved", **_named(event), **decided)


@cases.on(lifecycle_events.DistrictDesignated)
def _designated(row: Row, event: lifecycle_events.DistrictDesignated, envelope: Envelope) -> Row | None:
    titled = {"title": event.title, "document_number": event.document_number, "designated_on": event.designated_on}
    term = {"cycle": event.cycle, "last_day": event.last_day}
    return _now(row, envelope, service="lifecycle", stage="designated", **_named(event), **titled, **term)


@cases.on(lifecycle_events.AssessmentConcluded)
def _assessed(row: Row, event: lifecycle_events.AssessmentConcluded, envelope: Envelope) -> Row | None:
    return _now(row, envelope, stage="assessed", grade=event.grade.value)


@cases.on(lifecycle_events.TitleRetained)
def _retained(row: Row, event: lifecycle_events.TitleRetained, envelope: Envelope) -> Row | None:
    return _now(row, envelope, stage="designated", cycle=event.cycle, last_day=event.last_day)


@cases.on(*_MOVES)
def _moved(row: Row, event: Event, envelope: Envelope) -> Row | None:
    move = _MOVES[type(event)]
    day: dict[str, date] = {move.day: envelope.effective_on} if move.day else {}
    return _now(row, envelope, stage=move.stage, over=move.over, **day)


__all__ = ["cases"]
