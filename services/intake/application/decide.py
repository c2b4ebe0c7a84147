"""Every command to the function that decides it."""

from __future__ import annotations

from typing import assert_never

from services.intake.application import correcting, drafting, endorsing
from services.intake.application.commands import (
    AddAttachment,
    ApplicationCommand,
    CloseApplication,
    CorrectRecord,
    CorrectUnit,
    DeclineEndorsement,
    Endorse,
    EscalateEndorsement,
    FileCorrection,
    KeyPaperApplication,
    OpenCorrection,
    OpenDraft,
    RemoveAttachment,
    RequestEndorsement,
    ReturnForChanges,
    ReviseForm,
    SealPacket,
    Withdraw,
)
from services.intake.application.paper import key_paper_application
from services.intake.application.scope import not_theirs
from services.intake.application.sealing import seal_packet
from services.intake.application.state import NotOpened, Stage
from shared.contracts.core import Outcome


def decide(stage: Stage, command: ApplicationCommand) -> Outcome:
    """What a command makes happen: new events, none for a fact already recorded, or a refusal."""
    if not isinstance(stage, NotOpened) and (refusal := not_theirs(command, stage.application)):
        return refusal
    return _decide(stage, command)


def _decide(stage: Stage, command: ApplicationCommand) -> Outcome:
    match command:
        case OpenDraft() | ReviseForm() | AddAttachment() | RemoveAttachment() | CorrectUnit() | SealPacket():
            return _on_the_packet(stage, command)
        case RequestEndorsement():
            return endorsing.request_endorsement(stage, command)
        case Endorse() | DeclineEndorsement() | ReturnForChanges() | EscalateEndorsement():
            return _by_the_city(stage, command)
        case Withdraw():
            return endorsing.withdraw(stage, command)
        case KeyPaperApplication():
            return key_paper_application(stage, command)
        case OpenCorrection():
            return correcting.open_correction(stage, command)
        case FileCorrection():
            return correcting.file_correction(stage, command)
        case CloseApplication():
            return correcting.close(stage, command)
        case CorrectRecord():
            return correcting.correct_record(stage, command)
        case _:
            assert_never(command)


def _on_the_packet(
    stage: Stage,
    command: OpenDraft | ReviseForm | AddAttachment | RemoveAttachment | CorrectUnit | SealPacket,
) -> Outcome:
    match command:
        case OpenDraft():
            return drafting.open_draft(stage, command)
        case ReviseForm():
            return drafting.revise_form(stage, command)
        case AddAttachment():
            return drafting.add_attachment(stage, command)
        case RemoveAttachment():
            return drafting.remove_attachment(stage, command)
        case CorrectUnit():
            return drafting.correct_unit(stage, command)
        case SealPacket():
            return seal_packet(stage, command)
        case _:
            assert_never(command)


def _by_the_city(
    stage: Stage, command: Endorse | DeclineEndorsement | ReturnForChanges | EscalateEndorsement
) -> Outcome:
    match command:
        case Endorse():
            return endorsing.endorse(stage, command)
        case DeclineEndorsement():
            return endorsing.decline(stage, command)
        case ReturnForChanges():
            return endorsing.return_for_changes(stage, command)
        case EscalateEndorsement():
            return endorsing.escalate(stage, command)
        case _:
            assert_never(command)
