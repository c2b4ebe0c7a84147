"""A command on its way into the log, and what its caller is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from shared.eventlog.errors import CategoryForbidden, CommandReused, EventLogError, VersionConflict
from shared.eventlog.fact import Fact


class Appended(msgspec.Struct, frozen=True, gc=False):
    """Where events stand: first and last ``seq``, the stream's version after them, when they were recorded.

    ``replayed`` says that the command had been written before and this is its first result.
    """

    first_seq: int
    last_seq: int
    version: int
    recorded_at: datetime
    replayed: bool


@dataclass(slots=True, eq=False)
class Pending:
    """One caller's command on its way, decided in an ``epoch`` in which the log was known up to ``rests_on`` (seq)."""

    stream: str
    expected_version: int
    command_id: UUID
    facts: list[Fact]
    deadline: float
    answer: asyncio.Future[Appended]
    epoch: UUID | None
    rests_on: int

    @property
    def waiting(self) -> bool:
        """Whether its caller still waits."""
        return not self.answer.done()

    def fail(self, error: Exception) -> None:
        """Tell its caller, who may have gone."""
        if self.waiting:
            self.answer.set_exception(error)

    def settle(self, status: str, first: int, last: int, version: int, recorded_at: datetime) -> None:
        """Tell its caller what became of the command."""
        if not self.waiting:
            return
        if status in {"ok", "duplicate"}:
            self.answer.set_result(Appended(first, last, version, recorded_at, status == "duplicate"))
        else:
            self.answer.set_exception(self._refusal(status, version))

    def _refusal(self, status: str, version: int) -> EventLogError:
        match status:
            case "conflict":
                return VersionConflict(self.stream, self.expected_version, version)
            case "reused":
                return CommandReused(self.command_id)
            case "forbidden":
                return CategoryForbidden(self.stream)
            case _:
                raise ValueError(f"log.append answered {status}")


def fail(group: Iterable[Pending], error: Exception) -> None:
    """Tell all callers of a group."""
    for pending in group:
        pending.fail(error)


def settle_together(group: Iterable[Pending], first_seq: int, recorded_at: datetime) -> None:
    """Tell all callers of a group that was written whole, from ``first_seq`` on."""
    for pending in group:
        events = len(pending.facts)
        version = pending.expected_version + events
        pending.settle("ok", first_seq, first_seq + events - 1, version, recorded_at)
        first_seq += events


__all__ = ["Appended", "Pending", "fail", "settle_together"]
