"""Facts that a command needs and the client cannot know, or must not be believed about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.office.feedback.commands import GiveFeedback
from services.office.feedback_queries import handled
from services.office.views import FEEDBACK
from shared.service.service import Service


@dataclass(frozen=True)
class Handlers:
    """The look-ups of office's commands."""

    service: Service

    async def give_feedback(self, command: GiveFeedback) -> GiveFeedback:
        """The step that is rated, and whose case it is."""
        async with self.service.reading(projection=FEEDBACK.name) as connection:
            return replace(command, handled=await handled(connection, command.handling_id))
