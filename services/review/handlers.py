"""Facts that a command needs and the client cannot know, or must not be believed about."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace

from services.review import rules
from services.review.case import commands, decider
from services.review.case.state import Publicised
from shared.contracts.core import Refusal
from shared.contracts.review import RecordCorrected
from shared.service.http.problems import refused
from shared.service.recorded import find_recorded
from shared.service.runner import Executed
from shared.service.secret import secret_in
from shared.service.service import Service

CLIENTS = "review-clients.key"
"""The key that clients are marked with, in the keys folder."""


@dataclass(frozen=True)
class Handlers:
    """The look-ups of review's commands."""

    service: Service

    async def approve(self, command: commands.Approve) -> commands.Approve:
        """The approval takes effect on its date, where that is not in the future; raises ``Problem`` 422 where the
        request names another day of effect."""
        context = command.context
        if context.effective_on not in (context.today, command.approved_on):
            raise refused(Refusal(rules.APPROVAL_IS_DATED_RIGHTLY, context.effective_on.isoformat(), "approved_on"))
        if command.approved_on > context.today:
            return command
        return replace(command, context=replace(command.context, effective_on=command.approved_on))

    async def mark_client(self, command: commands.FileObjection) -> commands.FileObjection:
        """A mark in place of the client: it tells clients of one case apart, and neither who they are nor what they do
        elsewhere."""
        if not command.client:
            return command
        secret = secret_in(self.service.settings.keys_dir, CLIENTS)()
        mark = hmac.new(secret, f"{command.case_id} {command.client}".encode(), hashlib.sha256)
        return replace(command, client=mark.hexdigest()[:16])

    async def receipt(self, command: commands.FileObjection, _done: Executed) -> str:
        """The id of an objection, by which anybody who has it can ask for the answer; the earlier one's where the same
        was said before."""
        state, _ = await self.service.runner.state(decider, command.case_id)
        said = command.objector, command.text
        filed = state.objections if isinstance(state, Publicised) else ()
        return next((each.objection_id for each in filed if (each.objector, each.text) == said), "")

    async def report_visit(self, command: commands.ReportSiteVisit) -> commands.ReportSiteVisit:
        """Every photograph was uploaded, and is what the report says; raises ``Problem`` 422 otherwise."""
        uploads = await self.service.documents.find_all(command.photographs, "photographs")
        for index, (photograph, stored) in enumerate(zip(command.photographs, uploads, strict=True)):
            if photograph != stored or not photograph.media_type.startswith("image/"):
                raise refused(Refusal(rules.PHOTOGRAPH_IS_STORED, photograph.name, f"photographs.{index}"))
        return command

    async def correct_record(self, command: commands.CorrectRecord) -> commands.CorrectRecord:
        """The event to be corrected, where it is one of this case."""
        envelopes = await self.service.log.read_stream(decider.stream(command.case_id))
        return replace(command, recorded=find_recorded(envelopes, command.corrects, RecordCorrected))
