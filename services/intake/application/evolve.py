"""How events change an application. Never refuses."""

from __future__ import annotations

from dataclasses import replace

from services.intake.application.state import (
    Application,
    AwaitingEndorsement,
    Closed,
    Correcting,
    Declined,
    Draft,
    Filed,
    NotOpened,
    OpenedStage,
    Stage,
    Withdrawn,
)
from shared.contracts.core import Event
from shared.contracts.intake import (
    ApplicationClosed,
    ApplicationEndorsed,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    CorrectionFiled,
    CorrectionOpened,
    DraftOpened,
    EndorsementDeclined,
    EndorsementEscalated,
    EndorsementRequested,
    FormRevised,
    PacketSealed,
    PaperApplicationKeyed,
    PlaceRerouted,
    RecordCorrected,
    Sealer,
    SealVoided,
    UnitCorrected,
)


def evolve(stage: Stage, event: Event) -> Stage:
    """The stage after an event; an event that changes nothing here (``FilingBlocked``) leaves it as it is."""
    match event:
        case DraftOpened():
            return Draft(_opened(event))
        case PaperApplicationKeyed():
            return _keyed(event)
        case _ if isinstance(stage, NotOpened):
            return stage
    changed = _revise(stage.application, event)
    if changed is not stage.application:
        return replace(stage, application=changed)
    return _move(stage, event)


def _opened(event: DraftOpened) -> Application:
    return Application(
        case_id=event.case_id,
        place=event.place,
        county_unit=event.county_unit,
        key_unit=event.key_unit,
        policy_version=event.policy_version,
        people=(event.opened_by,),
    )


def _keyed(event: PaperApplicationKeyed) -> Stage:
    application = Application(
        case_id=event.case_id,
        place=event.place,
        county_unit=event.county_unit,
        key_unit=event.key_unit,
        policy_version=event.policy_version,
        people=(event.keyed_by,),
        form=event.form,
        documents=event.attachments,
        paper_seals=event.paper_seals,
        paper=True,
        defects=event.defects,
    )
    if event.endorsement_due is None:
        return Filed(application, event.received_on, None)
    return AwaitingEndorsement(application, event.endorsement_due)


def _revise(application: Application, event: Event) -> Application:
    """The application after an event that changes what is in it, not where it stands."""
    match event:
        case FormRevised():
            return replace(application, form=event.form).joined_by(event.revised_by)
        case AttachmentAdded(attachment=added):
            return replace(
                application,
                documents=(*application.documents, added),
                removed=application.removed - {added.attachment_id},
            )
        case AttachmentRemoved():
            return replace(application, removed=application.removed | {event.attachment_id})
        case UnitCorrected(sealer=Sealer.COUNTY):
            form = replace(application.form, county_unit=event.unit) if application.form else None
            return replace(application, county_unit=event.unit, form=form)
        case UnitCorrected():
            form = replace(application.form, key_unit=event.unit) if application.form else None
            return replace(application, key_unit=event.unit, form=form)
        case PacketSealed(seal=seal):
            others = tuple(one for one in application.seals if one.sealer is not seal.sealer)
            stamped = replace(application, seals=(*others, seal))
            by_city = seal.sealer is Sealer.CITY
            return stamped.endorsed_by(seal.sealed_by) if by_city else stamped.joined_by(seal.sealed_by)
        case SealVoided():
            return replace(application, seals=tuple(one for one in application.seals if one.sealer is not event.sealer))
        case PlaceRerouted():
            return replace(application, place=event.place)
        case RecordCorrected():
            return replace(application, record_corrections=(*application.record_corrections, event))
        case _:
            return application


def _move(stage: OpenedStage, event: Event) -> Stage:
    """The stage after an event that ends it, or that marks it."""
    application = stage.application
    match event:
        case EndorsementRequested():
            return AwaitingEndorsement(application, event.due)
        case ApplicationReturned():
            return Draft(replace(application, paper=False, defects=()), event.changes)
        case EndorsementDeclined():
            return Declined(application, event.reasons)
        case ApplicationWithdrawn():
            return Withdrawn(application, event.reason)
        case ApplicationClosed():
            return Closed(application, event.outcome, event.detail)
        case CorrectionFiled():
            return Filed(replace(application, defects=()), event.filed_on, None, answered=event.notice_no)
        case ApplicationFiled():
            endorsement = stage.endorsement if isinstance(stage, AwaitingEndorsement) else None
            return Filed(application, event.filed_on, endorsement)
        case _:
            return _mark(stage, event)


def _mark(stage: OpenedStage, event: Event) -> Stage:
    match stage, event:
        case AwaitingEndorsement(), EndorsementEscalated():
            return replace(stage, escalated=True)
        case AwaitingEndorsement(), ApplicationEndorsed():
            return replace(stage, endorsement=event)
        case Filed(), CorrectionOpened():
            return Correcting(stage.application, stage, event.notice_no, event.items, event.due)
        case _:
            return stage
