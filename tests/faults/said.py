"""What clients asked and what they were told: the evidence that the history is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

LOST = 0
"""Status of a request that had no answer."""
UNKNOWN = (LOST, 502, 503, 504)
"""Statuses that leave open whether the command was executed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request for a command, and its answer (``status`` 0: none came)."""

    command_id: UUID
    service: str
    path: str
    subject: str
    status: int
    rule: str = ""
    seq: int = 0
    version: int = 0
    replayed: bool = False
    types: tuple[str, ...] = ()
    said: str = ""

    @property
    def done(self) -> bool:
        """Whether it was acknowledged."""
        return 200 <= self.status < 300

    @property
    def open(self) -> bool:
        """Whether it is not known what became of it."""
        return self.status in UNKNOWN

    @property
    def where(self) -> str:
        """For a finding."""
        return f"{self.service} {self.path} by {self.subject} ({self.status} {self.rule}) command {self.command_id}"


@dataclass
class Evidence:
    """All attempts, by command."""

    _by_command: dict[UUID, list[Attempt]] = field(default_factory=lambda: defaultdict(list))

    def note(self, attempt: Attempt) -> None:
        """Keep an attempt."""
        self._by_command[attempt.command_id].append(attempt)

    def commands(self) -> Iterator[tuple[UUID, Sequence[Attempt]]]:
        """Each command with its attempts."""
        return iter(self._by_command.items())

    def __contains__(self, command_id: UUID) -> bool:
        return command_id in self._by_command

    def counts(self) -> dict[str, int]:
        """How many requests ended how."""
        found: dict[str, int] = defaultdict(int)
        for attempts in self._by_command.values():
            for each in attempts:
                found[{0: "lost"}.get(each.status, str(each.status))] += 1
        return dict(sorted(found.items()))


__all__ = ["LOST", "Attempt", "Evidence"]
