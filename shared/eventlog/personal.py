"""What the log needs of a sealer of personal data; the log itself knows no key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from shared.contracts.core import Event
from shared.eventlog.codec import StoredEvent


class EventSealer(Protocol):
    """Seals events' texts before they are stored and opens them after they are read."""

    def concerns(self, events: Sequence[Event]) -> bool:
        """Whether any of the events holds something to seal."""
        ...

    async def seal(self, events: Sequence[Event], command_id: UUID) -> list[str]:
        """The texts of a command's events. The same command gives the same texts."""
        ...

    def is_sealed(self, type_name: str, schema_version: int, data: str) -> bool:
        """Whether a stored text of a type and version holds something sealed."""
        ...

    async def open(self, rows: Sequence[StoredEvent]) -> list[StoredEvent]:
        """The same events with plain texts."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...


__all__ = ["EventSealer"]
