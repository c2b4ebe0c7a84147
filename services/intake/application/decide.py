"""What each command makes happen: who may ask, then the rule of the command."""

from __future__ import annotations

from typing import assert_never

from services.intake import rules
from services.intake.application import (
    commands,
    correcting,
    drafting,
    ending,
    endorsing,
    paper,
    permission,
    record,
    recounting,
    sealing,
    sending,
)
from services.intake.application.commands import ApplicationCommand
from services.intake.application.state import NotOpened, Stage
from shared.contracts.core import Outcome, Refusal


def decide(stage: Stage, command: ApplicationCommand) -> Outcome:
    """What a command makes happen: new events, none for a fact already recorded, or a refusal."""
    if not isinstance(stage, NotOpened) and (refusal := permission.not_theirs(command, stage.application)):
        return refusal
    match command:
        case commands.OpenDraft():
            return drafting.open_draft(stage, command)
        case commands.KeyPaperApplication():
            return paper.key_paper_application(stage, command)
        case _ if isinstance(stage, NotOpened):
            return _on_nothing(command)
        case commands.ReviseForm():
            return drafting.revise_form(stage, command)
        case commands.AddAttachment():
            return drafting.add_attachment(stage, command)
        case commands.RemoveAttachment():
            return drafting.remove_attachment(stage, command)
        case commands.CorrectUnit():
            return drafting.correct_unit(stage, command)
        case commands.SealPacket():
            return sealing.seal_packet(stage, command)
        case commands.RequestEndorsement():
            return sending.request_endorsement(stage, command)
        case commands.Endorse():
            return endorsing.endorse(stage, command)
        case commands.DeclineEndorsement():
            return endorsing.decline(stage, command)
        case commands.ReturnForChanges():
            return endorsing.return_for_changes(stage, command)
        case commands.EscalateEndorsement():
            return endorsing.escalate(stage, command)
        case commands.CountAgain():
            return recounting.count_again(stage, command)
        case commands.FollowCorrection():
            return recounting.follow_correction(stage, command)
        case commands.OpenCorrection():
            return correcting.open_correction(stage, command)
        case commands.FileCorrection():
            return correcting.file_correction(stage, command)
        case commands.Withdraw():
            return ending.withdraw(stage, command)
        case commands.CloseApplication():
            return ending.close(stage, command)
        case commands.CorrectRecord():
            return record.correct_record(stage, command)
        case _:
            assert_never(command)


def _on_nothing(command: ApplicationCommand) -> Outcome:
    """Events and deadlines find nothing to change where there is no application; people are told that there is none."""
    return () if isinstance(command, commands.SystemCommand) else Refusal(rules.NO_SUCH_APPLICATION)
