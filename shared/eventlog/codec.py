"""Between events and the text that the log stores.

The text is written once and its bytes never change; what an old version means today is said by ``UPCASTS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from shared.contracts.core import Envelope, Event, find_event_type
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


class _Filling:
    """An ``Envelope`` that is not frozen yet: its fields are set at a fraction of the price; a page holds thousands."""

    __slots__ = Envelope.__slots__


def envelope(stored: StoredEvent, *, decoding: Callable[[str, int, str], Event] = decode) -> Envelope:
    """The recorded event of a row. Raises what ``decoding`` raises."""
    return envelopes([astuple(stored)], decoding=decoding)[0]


def envelopes(rows: Iterable[Iterable[Any]], *, decoding: Callable[[str, int, str], Event] = decode) -> list[Envelope]:
    """The recorded events of rows, whose values are in the order of ``COLUMNS``. Raises what ``decoding`` raises."""
    made: list[Envelope] = []
    for (
        seq, event_id, stream, version, type_name, schema_version, _, data, actor, office, effective_on, recorded_at,
        command_id, correlation_id, causation_id, policy_version,
    ) in rows:  # fmt: skip
        filling: Any = _Filling()
        filling.seq = seq
        filling.event_id = event_id
        filling.stream = stream
        filling.version = version
        filling.type = type_name
        filling.schema_version = schema_version
        filling.event = decoding(type_name, schema_version, data)
        filling.actor = actor
        filling.office = office
        filling.effective_on = effective_on
        filling.recorded_at = recorded_at
        filling.command_id = command_id
        filling.correlation_id = correlation_id
        filling.causation_id = causation_id
        filling.policy_version = policy_version
        filling.__class__ = Envelope
        made.append(filling)
    return made


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
        for each in steps:
            fields = each(fields)
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
    "envelope",
    "envelopes",
    "upcasting",
]
