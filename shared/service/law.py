"""The law as the log has it, known to every process: the announced calendar and the adopted policies.

A process reads it before it takes commands, and keeps up with it while it runs. What it does not know yet of the
calendar it decides by what it knows; ``recounting`` then finds what was counted so. A policy begins on a later day than
it is adopted on: by then every process knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from shared.contracts.core import Event
from shared.contracts.office import CALENDAR, POLICY, CalendarAnnounced, PolicyAdopted
from shared.eventlog.log import EventLog
from shared.programme.dates import announced
from shared.programme.policy import PolicyError, take_adopted
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of

logger = logger_of("law")

POLL: Final = 1.0
"""Seconds between looks at the log."""


class Law:
    """Takes over what the log says of the law."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._read = {CALENDAR: -1, POLICY: -1}

    async def read(self) -> None:
        """Take over what the log holds now; raises what reading it raises."""
        for stream, take in ((CALENDAR, _take_calendar), (POLICY, _take_policy)):
            head = await self._log.last_of(stream)
            if head != self._read[stream]:
                take([envelope.event for envelope in await self._log.read_stream(stream)])
                self._read[stream] = head

    async def follow(self) -> None:
        """Keep up with the log, for ever. Trouble with a server is waited out."""
        await run_for_ever(self.read, troubled=_troubled, pauses=Pauses(POLL), rest=POLL)


def _take_calendar(events: Sequence[Event]) -> None:
    announced.take([each.announcement for each in events if isinstance(each, CalendarAnnounced)])


def _take_policy(events: Sequence[Event]) -> None:
    """Raises ``PolicyError`` for a version whose text is not the one that was adopted."""
    adopted = [each for each in events if isinstance(each, PolicyAdopted)]
    for each in adopted:
        if sha256(each.text.encode()).hexdigest() != each.sha256:
            raise PolicyError(f"the text of policy {each.version} is not the one that was adopted")
    take_adopted([(each.text, each.effective_from) for each in adopted])


def _troubled(error: Exception) -> None:
    logger.warning("cannot read the law now", exc_info=error)


__all__ = ["Law"]
