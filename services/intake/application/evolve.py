"""How events change an application. Never refuses."""

from __future__ import annotations

from dataclasses import replace

from services.intake.application.state import (
    Application,
    AwaitingEndorsement,
    Declined,
    Draft,
    Filed,
    InCorrection,
    NotOpened,
    OpenedStage,
    Settled,
    Stage,
    Withdrawn,
)
from shared.contracts import intake as events
from shared.contracts.core import Event
from shared.contracts.intake import Sealer


def evolve(stage: Stage, event: Event) -> Stage:
    """The stage after an event; an event that a stage does not know leaves it as it is."""
    match event:
        case events.DraftOpened():
            return _drafted(event)
        case events.PaperApplicationKeyed():
            return _keyed(event)
        case _ if isinstance(stage, NotOpened):
            return stage
        case events.FormRevised():
            return _with(stage, _revised(stage.application, event))
        case events.AttachmentAdded():
            return _with(stage, _attached(stage.application, event))
        case events.AttachmentRemoved():
            return _with(stage, _detached(stage.application, event))
        case events.UnitCorrected():
            return _with(stage, _unit_corrected(stage.application, event))
        case events.PacketSealed():
            return _with(stage, _sealed(stage.application, event))
        case events.SealVoided():
            return _with(stage, _voided(stage.application, event))
        case events.PlaceRerouted():
            return _with(stage, replace(stage.application, place=event.place))
        case events.RecordCorrected():
            return _with(stage, _record_corrected(stage.application, event))
        case events.FilingBlocked():
            return stage
        case events.EndorsementRequested():
            return AwaitingEndorsement(stage.application, event.due)
        case events.DeadlineRecounted():
            return replace(stage, due=event.now) if isinstance(stage, AwaitingEndorsement | InCorrection) else stage
        case events.EndorsementEscalated():
            return replace(stage, escalated=True) if isinstance(stage, AwaitingEndorsement) else stage
        case events.ApplicationEndorsed():
            return replace(stage, endorsement=event) if isinstance(stage, AwaitingEndorsement) else stage
        case events.ApplicationReturned():
            return Draft(replace(stage.application, paper=False, defects=()), event.changes)
        case events.EndorsementDeclined():
            return Declined(stage.application, event.reasons)
        case events.ApplicationFiled():
            return _filed(stage, event)
        case events.CorrectionOpened():
            return _in_correction(stage, event) if isinstance(stage, Filed) else stage
        case events.CorrectionFiled():
            return _correction_filed(stage.application, event)
        case events.ApplicationWithdrawn():
            return Withdrawn(stage.application, event.reason)
        case events.ApplicationClosed():
            return Settled(stage.application, event.outcome, event.detail)
        case _:
            return stage


def _drafted(event: events.DraftOpened) -> Draft:
    return Draft(
        Application(
            case_id=event.case_id,
            place=event.place,
            county_unit=event.county_unit,
            key_unit=event.key_unit,
            policy_version=event.policy_version,
            people=(event.opened_by,),
        )
    )


def _keyed(event: events.PaperApplicationKeyed) -> AwaitingEndorsement | Filed:
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


def _with(stage: OpenedStage, application: Application) -> OpenedStage:
    """The same stage, with the changed application."""
    return replace(stage, application=application)


def _revised(application: Application, event: events.FormRevised) -> Application:
    return replace(application, form=event.form).joined_by(event.revised_by)


def _attached(application: Application, event: events.AttachmentAdded) -> Application:
    return replace(
        application,
        documents=(*application.documents, event.attachment),
        removed=application.removed - {event.attachment.attachment_id},
    )


def _detached(application: Application, event: events.AttachmentRemoved) -> Application:
    return replace(application, removed=application.removed | {event.attachment_id})


def _unit_corrected(application: Application, event: events.UnitCorrected) -> Application:
    form = application.form
    if event.sealer is Sealer.COUNTY:
        form = replace(form, county_unit=event.unit) if form else None
        return replace(application, county_unit=event.unit, form=form)
    form = replace(form, key_unit=event.unit) if form else None
    return replace(application, key_unit=event.unit, form=form)


def _sealed(application: Application, event: events.PacketSealed) -> Application:
    seal = event.seal
    others = tuple(other for other in application.seals if other.sealer is not seal.sealer)
    sealed = replace(application, seals=(*others, seal))
    return sealed.endorsed_by(seal.sealed_by) if seal.sealer is Sealer.CITY else sealed.joined_by(seal.sealed_by)


def _voided(application: Application, event: events.SealVoided) -> Application:
    return replace(application, seals=tuple(seal for seal in application.seals if seal.sealer is not event.sealer))


def _record_corrected(application: Application, event: events.RecordCorrected) -> Application:
    return replace(application, record_corrections=(*application.record_corrections, event))


def _filed(stage: OpenedStage, event: events.ApplicationFiled) -> Filed:
    endorsement = stage.endorsement if isinstance(stage, AwaitingEndorsement) else None
    return Filed(stage.application, event.filed_on, endorsement)


def _in_correction(stage: Filed, event: events.CorrectionOpened) -> InCorrection:
    return InCorrection(stage.application, stage, event.notice_no, event.items, event.due)


def _correction_filed(application: Application, event: events.CorrectionFiled) -> Filed:
    return Filed(replace(application, defects=()), event.filed_on, None, answered=event.notice_no)
