"""One row per application: where it stands, its packet, its seals, what is due."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.intake.packet import packet_sha256
from shared.contracts import intake as events
from shared.contracts.core import Due, Envelope
from shared.contracts.intake import Attachment, Place, Sealer
from shared.programme.forms import ApplicationForm, Unit, errors, findings
from shared.programme.policy import policy
from shared.programme.values.json_values import as_json, as_object
from shared.projections.projection import Row, View

applications = Table(
    "applications",
    MetaData(),
    Column("case_id", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("county", Text, nullable=False, index=True),
    Column("county_name", Text, nullable=False),
    Column("endorser", Text, nullable=False, index=True),
    Column("endorser_name", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("code_given", Text, nullable=False),
    Column("route_note", Text, nullable=False),
    Column("county_unit", JSONB, nullable=False),
    Column("key_unit", JSONB, nullable=False),
    Column("key_uscc", Text, nullable=False, index=True),
    Column("paper", Boolean, nullable=False, default=False),
    Column("paper_seals", JSONB, nullable=False, default=list),
    Column("defects", JSONB, nullable=False, default=list),
    Column("form", JSONB(none_as_null=True)),
    Column("attachments", JSONB, nullable=False, default=dict),
    Column("seals", JSONB, nullable=False, default=list),
    Column("packet_sha256", Text, nullable=False, default=""),
    Column("error_count", Integer, nullable=False, default=0),
    Column("warning_count", Integer, nullable=False, default=0),
    Column("opened_on", Date, nullable=False),
    Column("filed_on", Date),
    Column("due_on", Date),
    Column("due_for", Text, nullable=False, default=""),
    Column("due_provisional", Boolean, nullable=False, default=False),
    Column("escalated", Boolean, nullable=False, default=False),
    Column("said", Text, nullable=False, default=""),
    Column("notice_no", Integer, nullable=False, default=0),
    Column("correction_items", JSONB, nullable=False, default=list),
    Column("blocked_by", JSONB, nullable=False, default=list),
    Column("outcome", Text, nullable=False, default=""),
    Column("corrections_of_record", JSONB, nullable=False, default=list),
    Column("policy_version", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)

APPLICATIONS = View(applications)


def _after(row: Row, envelope: Envelope, **changes: Any) -> Row:
    """The row after an event, with its version and its seq."""
    return row | changes | {"version": envelope.version, "seq": envelope.seq}


def _due(due: Due | None, what: str) -> dict[str, Any]:
    if due is None:
        return {"due_on": None, "due_for": "", "due_provisional": False}
    return {"due_on": due.on, "due_for": what, "due_provisional": due.provisional}


def _place(place: Place) -> dict[str, Any]:
    return {
        "county": place.county,
        "county_name": place.county_name,
        "endorser": place.endorser,
        "endorser_name": place.endorser_name,
        "route": place.route.value,
        "code_given": place.code_given,
        "route_note": place.note,
    }


def _units(county_unit: Unit, key_unit: Unit) -> dict[str, Any]:
    return {"county_unit": as_json(county_unit), "key_unit": as_json(key_unit), "key_uscc": key_unit.uscc}


def _weighed(row: Row) -> Row:
    """The row with what follows from its packet: the hash, the number of findings, which seals stand on it."""
    if row["form"] is None:
        return row
    form = msgspec.convert(row["form"], ApplicationForm)
    county_unit, key_unit = (msgspec.convert(row[name], Unit) for name in ("county_unit", "key_unit"))
    attachments = [msgspec.convert(stored, Attachment) for stored in row["attachments"].values()]
    now = packet_sha256(form, county_unit, key_unit, attachments)
    wrong = findings(form, {attachment.kind for attachment in attachments}, policy(row["policy_version"]))
    error_count = len(errors(wrong))
    return row | {
        "packet_sha256": now,
        "error_count": error_count,
        "warning_count": len(wrong) - error_count,
        "seals": [seal | {"valid": not seal["voided"] and seal["packet_sha256"] == now} for seal in row["seals"]],
    }


@APPLICATIONS.on(events.DraftOpened)
def _opened(row: Row, event: events.DraftOpened, envelope: Envelope) -> Row:
    units = _units(event.county_unit, event.key_unit)
    opened = {"stage": "draft", "opened_on": envelope.effective_on, "policy_version": event.policy_version}
    return _after(row, envelope, **_place(event.place), **units, **opened)


@APPLICATIONS.on(events.PaperApplicationKeyed)
def _keyed(row: Row, event: events.PaperApplicationKeyed, envelope: Envelope) -> Row:
    keyed = {
        "stage": "awaiting-endorsement",
        "opened_on": event.received_on,
        "policy_version": event.policy_version,
        "paper": True,
        "paper_seals": as_json(event.paper_seals),
        "defects": as_json(event.defects),
        "form": as_json(event.form),
        "attachments": {attachment.attachment_id: as_json(attachment) for attachment in event.attachments},
    }
    units = _units(event.county_unit, event.key_unit)
    due = _due(event.endorsement_due, "endorsement")
    return _weighed(_after(row, envelope, **_place(event.place), **units, **keyed, **due))


@APPLICATIONS.on(events.PlaceRerouted)
def _rerouted(row: Row, event: events.PlaceRerouted, envelope: Envelope) -> Row:
    return _after(row, envelope, **_place(event.place))


@APPLICATIONS.on(events.FormRevised)
def _revised(row: Row, event: events.FormRevised, envelope: Envelope) -> Row:
    return _weighed(_after(row, envelope, form=as_json(event.form)))


@APPLICATIONS.on(events.UnitCorrected)
def _unit(row: Row, event: events.UnitCorrected, envelope: Envelope) -> Row:
    name = "county_unit" if event.sealer is Sealer.COUNTY else "key_unit"
    unit = as_json(event.unit)
    form = row["form"] | {name: unit} if row["form"] is not None else None
    uscc = row["key_uscc"] if event.sealer is Sealer.COUNTY else event.unit.uscc
    return _weighed(_after(row, envelope, **{name: unit}, form=form, key_uscc=uscc))


@APPLICATIONS.on(events.AttachmentAdded)
def _attached(row: Row, event: events.AttachmentAdded, envelope: Envelope) -> Row:
    attachments = row["attachments"] | {event.attachment.attachment_id: as_json(event.attachment)}
    return _weighed(_after(row, envelope, attachments=attachments))


@APPLICATIONS.on(events.AttachmentRemoved)
def _detached(row: Row, event: events.AttachmentRemoved, envelope: Envelope) -> Row:
    kept = {ident: stored for ident, stored in row["attachments"].items() if ident != event.attachment_id}
    return _weighed(_after(row, envelope, attachments=kept))


@APPLICATIONS.on(events.PacketSealed)
def _sealed(row: Row, event: events.PacketSealed, envelope: Envelope) -> Row:
    seal = as_object(event.seal) | {"valid": True, "voided": ""}
    others = [other for other in row["seals"] if other["sealer"] != event.seal.sealer.value]
    return _weighed(_after(row, envelope, seals=[*others, seal]))


@APPLICATIONS.on(events.SealVoided)
def _voided(row: Row, event: events.SealVoided, envelope: Envelope) -> Row:
    seals = [
        seal | {"valid": False, "voided": event.reason} if seal["sealer"] == event.sealer.value else seal
        for seal in row["seals"]
    ]
    return _after(row, envelope, seals=seals)


@APPLICATIONS.on(events.FilingBlocked)
def _blocked(row: Row, event: events.FilingBlocked, envelope: Envelope) -> Row:
    return _after(row, envelope, blocked_by=as_json(event.reasons))


@APPLICATIONS.on(events.EndorsementRequested)
def _requested(row: Row, event: events.EndorsementRequested, envelope: Envelope) -> Row:
    due = _due(event.due, "endorsement")
    return _after(row, envelope, stage="awaiting-endorsement", escalated=False, blocked_by=[], said="", **due)


@APPLICATIONS.on(events.DeadlineRecounted)
def _recounted(row: Row, event: events.DeadlineRecounted, envelope: Envelope) -> Row:
    return _after(row, envelope, **_due(event.now, event.matter.value))


@APPLICATIONS.on(events.EndorsementEscalated)
def _escalated(row: Row, _event: events.EndorsementEscalated, envelope: Envelope) -> Row:
    return _after(row, envelope, escalated=True)


@APPLICATIONS.on(events.ApplicationEndorsed)
def _endorsed(row: Row, event: events.ApplicationEndorsed, envelope: Envelope) -> Row:
    return _after(row, envelope, said=event.opinion, **_due(None, ""))


@APPLICATIONS.on(events.EndorsementDeclined)
def _declined(row: Row, event: events.EndorsementDeclined, envelope: Envelope) -> Row:
    return _after(row, envelope, stage="declined", said=event.reasons, **_due(None, ""))


@APPLICATIONS.on(events.ApplicationReturned)
def _returned(row: Row, event: events.ApplicationReturned, envelope: Envelope) -> Row:
    return _after(row, envelope, stage="draft", said=event.changes, paper=False, defects=[], **_due(None, ""))


@APPLICATIONS.on(events.ApplicationFiled)
def _filed(row: Row, event: events.ApplicationFiled, envelope: Envelope) -> Row:
    return _after(row, envelope, stage="filed", filed_on=event.filed_on, blocked_by=[], **_due(None, ""))


@APPLICATIONS.on(events.CorrectionOpened)
def _correcting(row: Row, event: events.CorrectionOpened, envelope: Envelope) -> Row:
    items = as_json(event.items)
    due = _due(event.due, "correction")
    return _after(row, envelope, stage="correcting", notice_no=event.notice_no, correction_items=items, **due)


@APPLICATIONS.on(events.CorrectionFiled)
def _corrected(row: Row, _event: events.CorrectionFiled, envelope: Envelope) -> Row:
    return _after(row, envelope, stage="filed", defects=[], correction_items=[], **_due(None, ""))


@APPLICATIONS.on(events.ApplicationWithdrawn)
def _withdrawn(row: Row, event: events.ApplicationWithdrawn, envelope: Envelope) -> Row:
    return _after(row, envelope, stage="withdrawn", said=event.reason, **_due(None, ""))


@APPLICATIONS.on(events.ApplicationClosed)
def _closed(row: Row, event: events.ApplicationClosed, envelope: Envelope) -> Row:
    return _after(row, envelope, stage="closed", outcome=event.outcome.value, said=event.detail, **_due(None, ""))


@APPLICATIONS.on(events.RecordCorrected)
def _record_corrected(row: Row, event: events.RecordCorrected, envelope: Envelope) -> Row:
    return _after(row, envelope, corrections_of_record=[*row["corrections_of_record"], as_json(event)])
