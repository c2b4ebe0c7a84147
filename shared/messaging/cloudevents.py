"""An event of the log as a CloudEvents 1.0 event, the same in the streams and in the feed.

In a stream an entry is flat: one field an attribute, each a UTF-8 string, and ``data`` the JSON text exactly as it is
stored. In the feed it is the CloudEvents JSON format, where ``data`` is that JSON as a value. Attributes that the event
does not have are absent. ``docs/events.md`` says what each means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from shared.eventlog.codec import StoredEvent

PREFIX = "juqu"
ALL = "events.all"
"""The stream of every service's published events, in the log's order."""

_TYPE = re.compile(rf"{PREFIX}\.([a-z]+\.[A-Za-z0-9]+)\.v([1-9][0-9]{{0,5}})")
_STREAM = re.compile(r"([a-z-]+)/[a-z-]+/.+")


_epoch = lru_cache(64)(UUID)
_epoch_text: Callable[[UUID], str] = lru_cache(64)(str)
"""There are few epochs, and each occurs in thousands of entries."""


@dataclass(frozen=True, slots=True)
class Published:
    """An event as read from a stream. ``prev`` is the ``seq`` before it in that stream (0: none), ``epoch`` the log's
    epoch that it was recorded in; entries of earlier builds do not name it."""

    prev: int
    event: StoredEvent
    epoch: UUID | None = None

    @property
    def seq(self) -> int:
        return self.event.seq


class NotOurs(ValueError):
    """What was read is no event of the published form; the message says what is wrong with it."""


def stream_of(service: str) -> str:
    """The stream of one service's published events."""
    return f"events.{service}"


def type_name(name: str, version: int) -> str:
    """The CloudEvents ``type`` of a stored type and its schema version."""
    return f"{PREFIX}.{name}.v{version}"


def words(event: StoredEvent, epoch: UUID | None = None) -> list[str]:
    """The part of an entry that is the same in every stream: names and values in turn, in a fixed order, ``data``
    last."""
    category, _, rest = event.stream.partition("/")
    attributes = [
        "id",
        str(event.event_id),
        "source",
        f"/{PREFIX}/{category}",
        "type",
        type_name(event.type, event.schema_version),
        "subject",
        rest.rpartition("/")[2],
        "time",
        f"{event.recorded_at.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z",
        "datacontenttype",
        "application/json",
        "stream",
        event.stream,
        "streamversion",
        str(event.version),
    ]
    if event.actor:
        attributes += ("actor", event.actor)
    if event.office:
        attributes += ("office", event.office)
    attributes += ("effectiveon", event.effective_on.isoformat(), "commandid", str(event.command_id))
    if event.correlation_id:
        attributes += ("correlationid", event.correlation_id)
    if event.causation_id is not None:
        attributes += ("causationid", str(event.causation_id))
    if event.policy_version:
        attributes += ("policyversion", event.policy_version)
    if epoch is not None:
        attributes += ("epoch", _epoch_text(epoch))
    attributes += ("data", event.data)
    return attributes


def fields(event: StoredEvent, prev: int, epoch: UUID | None = None) -> list[str]:
    """The entry of a stream: names and values in turn; ``prev`` is the seq before it in that stream."""
    return ["specversion", "1.0", "seq", str(event.seq), "prev", str(prev), *words(event, epoch)]


def attributes(event: StoredEvent, prev: int, epoch: UUID | None = None) -> dict[str, str]:
    """Every attribute but ``data``, as strings."""
    flat = fields(event, prev, epoch)
    return dict(zip(flat[:-2:2], flat[1:-2:2], strict=True))


def document(event: StoredEvent, prev: int, epoch: UUID | None = None) -> str:
    """The event in the CloudEvents JSON format; ``seq``, ``prev`` and ``streamversion`` are numbers (a log outgrows
    CloudEvents' 32-bit integers, JSON's numbers hold it), ``data`` is the stored text itself."""
    shown: dict[str, str | int] = dict(attributes(event, prev, epoch))
    shown |= {"seq": event.seq, "prev": prev, "streamversion": event.version}
    return f'{json.dumps(shown, ensure_ascii=False, separators=(",", ":"))[:-1]},"data":{event.data}}}'


def parse_entry(entry_id: str, entry: Mapping[bytes, bytes]) -> Published:
    """The event of a stream's entry. Raises ``NotOurs`` for anything that the publisher did not write."""
    try:
        published = parse({name.decode(): value.decode() for name, value in entry.items()})
    except UnicodeDecodeError as error:
        raise NotOurs(f"not UTF-8: {error.reason}") from None
    if entry_id != f"{published.seq}-0":
        raise NotOurs(f"seq {published.seq} under the entry id {entry_id}")
    return published


def parse(attributes: Mapping[str, str]) -> Published:
    """The event of its attributes and ``data`` as strings. Raises ``NotOurs``."""
    try:
        kind = _TYPE.fullmatch(attributes["type"])
        stream = _STREAM.fullmatch(attributes["stream"])
        if attributes["specversion"] != "1.0" or kind is None or stream is None:
            raise NotOurs("no CloudEvents 1.0 event of juqu")
        if attributes["source"] != f"/{PREFIX}/{stream[1]}":
            raise NotOurs(f"stream {attributes['stream']} from source {attributes['source']}")
        event = StoredEvent(
            seq=int(attributes["seq"]),
            event_id=UUID(attributes["id"]),
            stream=attributes["stream"],
            version=int(attributes["streamversion"]),
            type=kind[1],
            schema_version=int(kind[2]),
            internal=False,
            data=attributes["data"],
            actor=attributes.get("actor", ""),
            office=attributes.get("office", ""),
            effective_on=date.fromisoformat(attributes["effectiveon"]),
            recorded_at=datetime.fromisoformat(attributes["time"]),
            command_id=UUID(attributes["commandid"]),
            correlation_id=attributes.get("correlationid", ""),
            causation_id=UUID(attributes["causationid"]) if "causationid" in attributes else None,
            policy_version=attributes.get("policyversion", ""),
        )
        prev = int(attributes["prev"])
        epoch = _epoch(attributes["epoch"]) if "epoch" in attributes else None
    except KeyError as error:
        raise NotOurs(f"no attribute {error.args[0]}") from None
    except NotOurs:
        raise
    except ValueError as error:
        raise NotOurs(str(error)) from None
    if not 0 <= prev < event.seq or event.recorded_at.tzinfo is None:
        raise NotOurs(f"prev {prev} of seq {event.seq} at {attributes['time']}")
    return Published(prev, event, epoch)
