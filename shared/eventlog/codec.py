"""Between events and the text that the log stores.

The text is written once and its bytes never change; ``UPCASTS`` says what an old version means today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

import msgspec

from shared.contracts.core import Event, find_event_type
from shared.eventlog.errors import UnknownEventType, UnreadableEvent
from shared.eventlog.upcasts import UPCASTS, Fields, Upcast

_encoder = msgspec.json.Encoder(order="deterministic")


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """A row of the log: the envelope's facts, and the event as its exact JSON text."""

    seq: int
    event_id: UUID
    stream: str
    version: int
    type: str
    schema_version: int
    internal: bool
    data: str
    actor: str
    office: str
    effective_on: date
    recorded_at: datetime
    command_id: UUID
    correlation_id: str
    causation_id: UUID | None
    policy_version: str

    @property
    def category(self) -> str:
        """The service whose stream this is."""
        return self.stream.partition("/")[0]


COLUMNS = ", ".join(StoredEvent.__struct_fields__)
"""The columns of ``log.events`` in the order of ``StoredEvent``."""


@dataclass(frozen=True, slots=True)
class RawEvent(Event):
    """Stands in for an event that this build does not know, for readers that asked for it."""

    type: str
    schema_version: int
    data: str


def encode(event: Event) -> str:
    """The event as JSON: compact, fields in the order of their definition, sets and mappings sorted.

    Raises ``TypeError`` for a field that JSON has no form for, ``ValueError`` for text that is no UTF-8.
    """
    return _encoder.encode(event).decode()


def decode(type_name: str, schema_version: int, data: str) -> Event:
    """The event of a stored text, of its current class. Raises ``UnknownEventType`` and ``UnreadableEvent``."""
    try:
        return _decoder(type_name, schema_version)(data)
    except msgspec.MsgspecError as error:
        raise UnreadableEvent(type_name, schema_version, str(error)) from None


def decode_or_raw(type_name: str, schema_version: int, data: str) -> Event:
    """Like ``decode``, but gives a ``RawEvent`` for what this build does not know or cannot read."""
    try:
        return decode(type_name, schema_version, data)
    except (UnknownEventType, UnreadableEvent):
        return RawEvent(type_name, schema_version, data)


def upcasting(
    type_name: str, schema_version: int, upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS
) -> Callable[[str | bytes], Event]:
    """A decoder of one stored type and version, of texts or their UTF-8.

    Raises ``UnknownEventType`` where neither class nor upcast leads on.
    """
    steps: list[Upcast] = []
    version = schema_version
    while (step := upcasts.get((type_name, version))) is not None:
        steps.append(step)
        version += 1
    known = find_event_type(type_name, version)
    if known is None:
        raise UnknownEventType(type_name, schema_version)
    if not steps:
        return msgspec.json.Decoder(known.cls).decode
    cls = known.cls

    def decode_old(data: str | bytes) -> Event:
        fields = msgspec.json.decode(data, type=Fields)
        for step in steps:
            fields = step(fields)
        return msgspec.convert(fields, cls)

    return decode_old


@cache
def _decoder(type_name: str, schema_version: int) -> Callable[[str | bytes], Event]:
    return upcasting(type_name, schema_version)


__all__ = [
    "COLUMNS",
    "RawEvent",
    "StoredEvent",
    "decode",
    "decode_or_raw",
    "encode",
    "upcasting",
]
