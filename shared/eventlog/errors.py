"""What can go wrong with the log, each as a type of its own."""

from __future__ import annotations

from uuid import UUID


class EventLogError(Exception):
    """Any of the log's own errors."""


class VersionConflict(EventLogError):
    """Somebody else appended first: the stream's version is ``actual``, not the expected one. Nothing was written."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class CommandReused(EventLogError):
    """The command id stands for other events already (another stream, actor or content). Nothing was written."""

    def __init__(self, command_id: UUID) -> None:
        super().__init__(f"the command id {command_id} was used for something else")
        self.command_id = command_id


class CategoryForbidden(EventLogError):
    """This process's database role may not write to the stream's category. Nothing was written."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"this role may not write to {stream}")
        self.stream = stream


class LogUnavailable(EventLogError):
    """The log did not answer in time. An append may or may not have been written: sending the same command again is
    safe, and tells."""


class UnknownEventType(EventLogError):
    """This build has no definition of a stored event: it is newer, or its contract module is not imported."""

    def __init__(self, type_name: str, schema_version: int) -> None:
        super().__init__(f"no definition of {type_name} version {schema_version}")
        self.type_name = type_name
        self.schema_version = schema_version


class UnreadableEvent(EventLogError):
    """Stored data does not fit its type's definition: the definition was changed without a new version."""

    def __init__(self, type_name: str, schema_version: int, reason: str) -> None:
        super().__init__(f"data does not fit {type_name} version {schema_version}: {reason}")
        self.type_name = type_name
        self.schema_version = schema_version


__all__ = [
    "CategoryForbidden",
    "CommandReused",
    "EventLogError",
    "LogUnavailable",
    "UnknownEventType",
    "UnreadableEvent",
    "VersionConflict",
]
