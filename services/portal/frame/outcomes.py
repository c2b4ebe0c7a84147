"""What became of each case that one act was tried for: kept for whoever acted, at an address of its own. So the page
can be loaded again and gone back to, and nothing is sent twice by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from services.portal.calling.explanation import PlainProblem
from services.portal.identity.sealing import Box, Unsealed
from shared.service.command_id import as_uuid
from shared.service.service import Service

KEPT_DAYS = 30
_KEEP = """
    insert into portal.outcomes (subject, key, told) values ($1, $2, $3)
    on conflict (subject, key) do update set told = excluded.told, told_at = now()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``refused`` has the cases in the order in which they were tried, and why something was not done for them;
    ``about`` what the act was."""

    refused: Mapping[str, PlainProblem | None]
    about: Mapping[str, str] = field(default_factory=dict)

    def with_case(self, case_id: str, problem: PlainProblem | None) -> Outcome:
        """The same with one more case."""
        return replace(self, refused={**self.refused, case_id: problem})

    @property
    def done(self) -> int:
        """For how many cases it was done."""
        return sum(problem is None for problem in self.refused.values())


class Outcomes:
    """Those of all people."""

    def __init__(self, service: Service, box: Box) -> None:
        self._service = service
        self._box = box

    def of(self, subject: str) -> OwnOutcomes:
        """Those of one person."""
        return OwnOutcomes(self._service, self._box, subject)

    async def forget_old(self) -> None:
        """Delete what is no longer looked at."""
        old = "delete from portal.outcomes where told_at < now() - make_interval(days => $1)"
        await self._service.fetch(old, KEPT_DAYS)


class OwnOutcomes:
    """A person's own; nobody else sees them."""

    def __init__(self, service: Service, box: Box, subject: str) -> None:
        self._service = service
        self._box = box
        self._subject = subject

    async def keep(self, key: str, outcome: Outcome) -> None:
        """Keep what the form with this key led to. Sent again, it is told anew."""
        await self._service.fetch(_KEEP, self._subject, key, self._box.seal(outcome))

    async def find(self, key: str) -> Outcome | None:
        """What a form led to, where that is known."""
        if not (known := as_uuid(key)):
            return None
        query = "select told from portal.outcomes where subject = $1 and key = $2"
        rows = await self._service.fetch(query, self._subject, known)
        try:
            return msgspec.convert(self._box.open(rows[0]["told"]), Outcome) if rows else None
        except Unsealed:
            return None


__all__ = ["Outcome", "Outcomes", "OwnOutcomes"]
