"""What keeps a loop from its work: in the log when it comes, in the health report while it lasts."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from shared.eventlog.wording import describe

PAUSE = 0.5
"""Seconds from trouble to the next attempt."""


@dataclass(slots=True)
class Trouble:
    """The trouble of one loop. ``event`` is what the log calls it; ``text`` is empty while there is none."""

    logger: FilteringBoundLogger
    event: str
    text: str = ""

    def met(self, error: Exception) -> None:
        """Note and log an error."""
        self.text = describe(error)
        self.logger.warning(self.event, exc_info=error)

    def over(self) -> None:
        """There is none any more."""
        self.text = ""
