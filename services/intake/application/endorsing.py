"""The city's answer: its agreement, its refusal, its silence (四（三）)."""

from __future__ import annotations

from services.intake import rules
from services.intake.application.commands import DeclineEndorsement, Endorse, EscalateEndorsement, ReturnForChanges
from services.intake.application.drafting import voided
from services.intake.application.filing import filed
from services.intake.application.sealing import on_this_packet, sealed
from services.intake.application.state import (
    AwaitingEndorsement,
    Declined,
    Draft,
    Filed,
    InCorrection,
    OpenedStage,
    Settled,
    Withdrawn,
)
from services.intake.application.texts import unfit_prose
from shared.contracts import intake as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.intake import Sealer
from shared.contracts.refusing import first
from shared.programme.policy import policy

RETURNED = "退回修改 / the city returned the packet for changes"


def _awaiting(stage: OpenedStage) -> AwaitingEndorsement | Refusal:
    match stage:
        case AwaitingEndorsement():
            return stage
        case Draft() | Filed() | InCorrection():
            return Refusal(rules.NOT_AWAITING_ENDORSEMENT)
        case Declined() | Withdrawn() | Settled():
            return Refusal(rules.CASE_IS_OVER)


def endorse(stage: OpenedStage, command: Endorse) -> Outcome:
    """The city agrees and seals; what is filed is the packet that it sealed. Possible after the time ran out too."""
    if isinstance(stage, Filed) and _is_this_endorsement(stage, command):
        return ()
    waiting = _awaiting(stage)
    if isinstance(waiting, Refusal):
        return waiting
    application = waiting.application
    refusal = first(
        unfit_prose(command.opinion, "opinion", policy(application.policy_version)),
        on_this_packet(application, command.packet_sha256),
    )
    if refusal:
        return refusal
    stamped = sealed(application, Sealer.CITY, command)
    if isinstance(stamped, Refusal):
        return stamped
    endorsed = events.ApplicationEndorsed(
        case_id=application.case_id,
        endorser=application.place.endorser,
        opinion=command.opinion.strip(),
        packet_sha256=command.packet_sha256,
    )
    return (stamped, endorsed, filed(application, command.context, city_seal=stamped.seal))


def _is_this_endorsement(stage: Filed, command: Endorse) -> bool:
    endorsement = stage.endorsement
    seal = stage.application.seal(Sealer.CITY, command.packet_sha256)
    if endorsement is None or seal is None or seal.sealed_by != command.context.actor.subject:
        return False
    return (endorsement.opinion, endorsement.packet_sha256) == (command.opinion.strip(), command.packet_sha256)


def decline(stage: OpenedStage, command: DeclineEndorsement) -> Outcome:
    """The city does not agree, with reasons; this application ends there."""
    reasons = command.reasons.strip()
    if isinstance(stage, Declined) and stage.reasons == reasons:
        return ()
    waiting = _awaiting(stage)
    if isinstance(waiting, Refusal):
        return waiting
    application = waiting.application
    if refusal := unfit_prose(command.reasons, "reasons", policy(application.policy_version)):
        return refusal
    endorser = application.place.endorser
    return (events.EndorsementDeclined(case_id=application.case_id, endorser=endorser, reasons=reasons),)


def return_for_changes(stage: OpenedStage, command: ReturnForChanges) -> Outcome:
    """Back to a draft, with what is to be changed; every seal is void."""
    changes = command.changes.strip()
    if isinstance(stage, Draft) and changes and stage.changes == changes:
        return ()
    waiting = _awaiting(stage)
    if isinstance(waiting, Refusal):
        return waiting
    application = waiting.application
    if refusal := unfit_prose(command.changes, "changes", policy(application.policy_version)):
        return refusal
    endorser = application.place.endorser
    returned = events.ApplicationReturned(case_id=application.case_id, endorser=endorser, changes=changes)
    return (returned, *voided(application, RETURNED))


def escalate(stage: OpenedStage, command: EscalateEndorsement) -> Outcome:
    """The city's time ran out in silence; nothing where it has answered, or where another time runs now."""
    if not isinstance(stage, AwaitingEndorsement) or stage.escalated or stage.due.on != command.due.on:
        return ()
    if command.context.effective_on <= stage.due.on:
        return ()
    application = stage.application
    endorser = application.place.endorser
    return (events.EndorsementEscalated(case_id=application.case_id, endorser=endorser, due=stage.due),)
