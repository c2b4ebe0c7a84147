"""For a process that may read events and no personal data: it has no key, and needs none."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.core import Event
from shared.eventlog.codec import StoredEvent
from shared.privacy.sealer import is_sealed, withheld


class Withheld:
    """What an ``EventLog`` reads with (``shared.eventlog.personal.EventSealer``) where personal data is not to be seen:
    every sealed value reads as ``ERASED``. Nothing can be appended with it."""

    def concerns(self, events: Sequence[Event]) -> bool:
        """Always: whatever would be appended is refused."""
        return bool(events)

    async def seal(self, events: Sequence[Event], command_id: UUID) -> list[str]:
        """Raises ``PermissionError``."""
        raise PermissionError(f"{len(events)} events of {command_id}: this process may not append")

    def is_sealed(self, type_name: str, schema_version: int, data: str) -> bool:
        """Whether a stored text of a type and version holds something sealed."""
        return is_sealed(type_name, schema_version, data)

    async def open(self, rows: Sequence[StoredEvent]) -> list[StoredEvent]:
        """The events, in order, with ``ERASED`` where something is sealed."""
        return [withheld(row) if is_sealed(row.type, row.schema_version, row.data) else row for row in rows]

    async def close(self) -> None:
        """It holds nothing."""


__all__ = ["Withheld"]
