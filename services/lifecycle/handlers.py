"""Facts that a command needs and the client cannot know, or must not be believed about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.lifecycle.district import commands, decider
from shared.contracts.lifecycle import RecordCorrected
from shared.programme.values.stored_file import StoredFile
from shared.service.recorded import find_recorded
from shared.service.service import Service


@dataclass(frozen=True)
class Handlers:
    """The look-ups of lifecycle's commands."""

    service: Service

    async def file_report(self, command: commands.FileAnnualReport) -> commands.FileAnnualReport:
        """Whether both documents were uploaded, and are what the command says."""
        files = {"summary": command.summary, "plan": command.plan}
        return replace(command, not_uploaded=await self._not_uploaded(files))

    async def report_duty(self, command: commands.ReportDuty) -> commands.ReportDuty:
        """Whether the evidence was uploaded, and is what the command says."""
        files = {f"evidence.{number}": file for number, file in enumerate(command.evidence)}
        return replace(command, not_uploaded=await self._not_uploaded(files))

    async def report_rectified(self, command: commands.FileRectificationReport) -> commands.FileRectificationReport:
        """Whether the documents were uploaded, and are what the command says."""
        files = {f"documents.{number}": file for number, file in enumerate(command.documents)}
        return replace(command, not_uploaded=await self._not_uploaded(files))

    async def conclude(self, command: commands.ConcludeAssessment) -> commands.ConcludeAssessment:
        """Which of the events named as evidence are none of this district's."""
        own = await self._event_ids(command.case_id)
        unknown = tuple(link.event_id for link in command.evidence if link.event_id not in own)
        return replace(command, unknown_events=unknown)

    async def correct_record(self, command: commands.CorrectRecord) -> commands.CorrectRecord:
        """The event to be corrected, where it is one of this district's."""
        envelopes = await self.service.log.read_stream(decider.stream(command.case_id))
        return replace(command, recorded=find_recorded(envelopes, command.corrects, RecordCorrected))

    async def _event_ids(self, case_id: str) -> frozenset[UUID]:
        envelopes = await self.service.log.read_stream(decider.stream(case_id))
        return frozenset(envelope.event_id for envelope in envelopes)

    async def _not_uploaded(self, files: Mapping[str, StoredFile]) -> tuple[str, ...]:
        """The fields, in order, whose document was not uploaded, or is not what the command says."""
        stored = await self.service.documents.find_all(list(files.values()), next(iter(files), ""))
        return tuple(field for (field, named), file in zip(files.items(), stored, strict=True) if file != named)
