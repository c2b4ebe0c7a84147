"""Facts that commands of intake need and no client sends: seals, known events, documents that are in the store."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Final, NoReturn, TypeVar

from services.intake.application import decider
from services.intake.application.commands import (
    ApplicationCommand,
    CorrectRecord,
    Endorse,
    KeyPaperApplication,
    SealMark,
    SealPacket,
)
from services.intake.seals import DemonstrationSeals, SealService
from shared.contracts.core import Refusal
from shared.contracts.intake import RecordCorrected
from shared.programme.values.stored_file import StoredFile
from shared.service.http.problems import Problem, refused
from shared.service.recorded import find_recorded
from shared.service.service import Service

C = TypeVar("C", SealPacket, Endorse)
_PROVISIONAL: Final = SealMark(signature="-", key_id="-", demonstration=True)


class Handlers:
    """Completes commands with what is looked up. Opens nothing until it is asked."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @cached_property
    def seals(self) -> SealService:
        """The seal service: the built-in demonstration seals, their keys in the keys folder."""
        return DemonstrationSeals(self._service.settings.keys_dir / "seals")

    async def sealed(self, command: C) -> C:
        """The command with the actor's seal, where it would be accepted; else without, so that its rule refuses it."""
        stage, _ = await self._service.runner.state(decider, command.case_id)
        outcome = decider.decide(stage, replace(command, mark=_PROVISIONAL))
        if isinstance(outcome, Refusal) or not outcome:
            return command
        mark = await self.seals.seal(command.context.actor.office, command.packet_sha256)
        return replace(command, mark=mark)

    async def with_known_event(self, command: CorrectRecord) -> CorrectRecord:
        """The command with the event that it corrects, where it is one of this application."""
        envelopes = await self._service.log.read_stream(decider.stream(command.case_id))
        return replace(command, recorded=find_recorded(envelopes, command.corrects, RecordCorrected))

    async def with_documents(self, command: KeyPaperApplication) -> KeyPaperApplication:
        """The command with its documents as the store has them, their true sizes and types whatever was said of them;
        raises ``Problem`` 422 for one that it has not, and for too many."""
        found = await self._service.documents.each_found([one.file for one in command.documents], "documents")
        documents = [
            replace(one, file=stored or self._refuse(one.file, f"documents[{number}].file"))
            for number, (one, stored) in enumerate(zip(command.documents, found, strict=True))
        ]
        return replace(command, documents=tuple(documents))

    def _refuse(self, file: StoredFile, field: str) -> NoReturn:
        raise Problem(
            422,
            "document-is-in-the-store",
            "The document was not uploaded",
            file.sha256[:64],
            title_zh="文件尚未上传",
            detail_zh=file.sha256[:64],
            clause="四（三）3",
            field=field,
        )

    async def check(self, ident: str, command: ApplicationCommand) -> None:
        """Raise ``Problem`` where the command would be refused now, before anything is kept for it.

        A command that was executed before is let through: it gets its first result.
        """
        if await self._service.log.find_command(command.context.command_id) is not None:
            return
        stage, _ = await self._service.runner.state(decider, ident)
        outcome = decider.decide(stage, command)
        if isinstance(outcome, Refusal):
            raise refused(outcome)
