"""Looks up what commands need and no client sends: seals, corrected events, stored documents."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import NoReturn, TypeVar

from services.intake import rules
from services.intake.application import commands, decider
from services.intake.application.commands import ApplicationCommand
from services.intake.seals import DemonstrationSeals, SealService
from shared.contracts import intake as events
from shared.contracts.core import Refusal
from shared.programme.values.stored_file import StoredFile
from shared.service.http.problems import Problem, refused
from shared.service.recorded import find_recorded
from shared.service.service import Service

C = TypeVar("C", commands.SealPacket, commands.Endorse)


class Handlers:
    """Completes commands with what is looked up; opens nothing before that."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @cached_property
    def seals(self) -> SealService:
        """The seal service: the built-in demonstration seals, their keys in the keys folder."""
        return DemonstrationSeals(self._service.settings.keys_dir / "seals")

    async def sealed(self, command: C) -> C:
        """The command with the seal of the actor's office, if only that is wanting; otherwise unchanged.

        The seal is the last thing that both commands ask for, so nothing is signed that would be refused.
        """
        outcome = await self._service.runner.would(decider, command.case_id, command)
        if not isinstance(outcome, Refusal) or outcome.rule is not rules.SEALS_ARE_MADE:
            return command
        mark = await self.seals.seal(command.context.actor.office, command.packet_sha256)
        return replace(command, mark=mark)

    async def with_known_event(self, command: commands.CorrectRecord) -> commands.CorrectRecord:
        """The command with the event that it corrects, where it is one of this application."""
        envelopes = await self._service.log.read_stream(decider.stream(command.case_id))
        return replace(command, recorded=find_recorded(envelopes, command.corrects, events.RecordCorrected))

    async def with_documents(self, command: commands.KeyPaperApplication) -> commands.KeyPaperApplication:
        """The command with its documents as the store has them: their true sizes and types, whatever was said of them.

        Raises ``Problem`` 422 for a document that was not uploaded, and for too many.
        """
        kept = await self._service.documents.find_all([document.file for document in command.documents], "documents")
        documents = [
            replace(document, file=file or self._refuse(document.file, f"documents[{number}].file"))
            for number, (document, file) in enumerate(zip(command.documents, kept, strict=True))
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
        outcome = await self._service.runner.would(decider, ident, command)
        if isinstance(outcome, Refusal):
            raise refused(outcome)
