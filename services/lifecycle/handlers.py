"""Facts that a command needs and the client cannot know, or must not be believed about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from services.lifecycle.district import commands as asked
from services.lifecycle.district import decider
from shared.contracts.lifecycle import RecordCorrected
from shared.programme.values.stored_file import StoredFile
from shared.service.recorded import find_recorded
from shared.service.running import Service


@dataclass(frozen=True)
class Handlers:
    """The look-ups of lifecycle's commands."""

    service: Service

    async def file_report(self, command: asked.FileAnnualReport) -> asked.FileAnnualReport:
        """Whether both documents were uploaded, and are what the command says."""
        files = {"summary": command.summary, "plan": command.plan}
        return replace(command, not_uploaded=await self._not_uploaded(files))

    async def report_duty(self, command: asked.ReportDuty) -> asked.ReportDuty:
        """Whether the evidence was uploaded, and is what the command says."""
        files = {f"evidence.{place}": one for place, one in enumerate(command.evidence)}
        return replace(command, not_uploaded=await self._not_uploaded(files))

    async def report_rectified(self, command: asked.FileRectificationReport) -> asked.FileRectificationReport:
        """Whether the documents were uploaded, and are what the command says."""
        files = {f"documents.{place}": one for place, one in enumerate(command.documents)}
        return replace(command, not_uploaded=await self._not_uploaded(files))

    async def conclude(self, command: asked.ConcludeAssessment) -> asked.ConcludeAssessment:
        """Which of the events named as evidence are none of this district's."""
        own = await self._event_ids(command.case_id)
        unknown = tuple(link.event_id for link in command.evidence if link.event_id not in own)
        return replace(command, unknown_events=unknown)

    async def correct_record(self, command: asked.CorrectRecord) -> asked.CorrectRecord:
        """The event to be corrected, where it is one of this district's."""
        envelopes = await self.service.log.read_stream(decider.stream(command.case_id))
        return replace(command, recorded=find_recorded(envelopes, command.corrects, RecordCorrected))

    async def _event_ids(self, case_id: str) -> frozenset[UUID]:
        return frozenset(one.event_id for one in await self.service.log.read_stream(decider.stream(case_id)))

    async def _not_uploaded(self, files: dict[str, StoredFile]) -> tuple[str, ...]:
        given = list(files.values())
        found = await self.service.documents.each_found(given, next(iter(files), ""))
        return tuple(place for place, file, there in zip(files, given, found, strict=True) if there != file)
