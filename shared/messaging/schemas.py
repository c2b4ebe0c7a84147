"""What the published events look like, for machines: a JSON Schema each, and an AsyncAPI document of the streams.

Made from the contracts' registry, with the same text on every run, so that it is committed and checked for drift.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from shared.contracts.core import EventType, event_types, find_event_type
from shared.eventlog.upcasts import UPCASTS
from shared.messaging.cloudevents import ALL, stream_of, type_name
from shared.messaging.sealed_schema import with_sealed

JsonObject = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STREAMLESS = frozenset({"operator"})
"""Services whose published events are in ``events.all`` only."""

SCHEMA_FOLDER = "docs/schemas"
ASYNCAPI_FILE = "docs/asyncapi.json"

_ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "specversion": ("string", "CloudEvents version, always 1.0"),
    "seq": ("integer", "position in the whole log: from 1, in the order of commits"),
    "prev": ("integer", "the seq before this one in the same stream, 0 for the first; another one shows a gap"),
    "id": ("uuid", "id of the event, the same forever"),
    "source": ("string", "/juqu/<service>"),
    "type": ("string", "juqu.<service>.<Event>.v<schema version>"),
    "subject": ("string", "id of the case, delivery or subscription that the event is about"),
    "time": ("date-time", "when the log recorded it, UTC, microseconds"),
    "datacontenttype": ("string", "application/json"),
    "stream": ("string", "<service>/<aggregate>/<id>: the history that the event belongs to"),
    "streamversion": ("integer", "position in that history, from 1 without gaps but for internal events"),
    "actor": ("string", "who did it; 'A, acting for B' where B let their colleague A act for them"),
    "office": ("string", "in which office"),
    "effectiveon": ("date", "the day it took legal effect, in China"),
    "commandid": ("uuid", "the command that led to it"),
    "correlationid": ("string", "the same in everything that one request led to"),
    "causationid": ("uuid", "id of the event that led to it; absent where none did"),
    "policyversion": ("string", "the policy it was decided under; absent where none applies"),
    "epoch": ("uuid", "the log's epoch that it was recorded in; where it is not yours, ask the feed before going on"),
}
_OPTIONAL = {"actor", "office", "correlationid", "causationid", "policyversion", "epoch"}


def published_types() -> list[EventType]:
    """The event types that leave the log, by name and version. Import the contract modules first."""
    return [kind for kind in event_types() if not kind.internal]


def schemas() -> dict[str, JsonObject]:
    """The JSON Schema of the ``data`` of every published event, by ``<service>.<Event>.v<n>``."""
    return {f"{kind.name}.v{kind.version}": _schema(kind) for kind in published_types()}


def kept_schemas() -> list[str]:
    """Paths of schemas that stay as they are: of versions that have an upcast and no class any more."""
    return [f"{SCHEMA_FOLDER}/{name}.v{version}.json" for name, version, _ in _retired()]


def asyncapi(services: Iterable[str] | None = None) -> JsonObject:
    """The AsyncAPI 3.0 document of the streams: one channel a service, and the one of all."""
    kinds = published_types()
    services = sorted(services if services is not None else {kind.service for kind in kinds} - STREAMLESS)
    messages = {_key(kind): _message(kind) for kind in kinds}
    messages |= {f"{name}.v{version}": _retired_message(name, version, newest) for name, version, newest in _retired()}
    named = {service: [key for key in messages if key.startswith(f"{service}.")] for service in services}
    channels = {stream_of(service): _channel(stream_of(service), named[service]) for service in services}
    channels[ALL] = _channel(ALL, [key for key in messages if key.partition(".")[0] in {*named, *STREAMLESS}])
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "juqu events",
            "version": "1",
            "description": "Every published event of the programme, as CloudEvents 1.0 in Redis Streams. An entry is "
            "flat: one field an attribute, each a UTF-8 string, and `data` the event as JSON text. The entry id is "
            "`<seq>-0`. docs/events.md says how to read on after a gap.",
        },
        "defaultContentType": "application/json",
        "channels": dict(sorted(channels.items())),
        "operations": {
            f"receive.{name}": {"action": "receive", "channel": {"$ref": f"#/channels/{name}"}}
            for name in sorted(channels)
        },
        "components": {
            "messages": messages,
            "schemas": {"attributes": _attributes()},
        },
    }


def documents() -> dict[str, str]:
    """Every generated document: its path in the project, and its text."""
    contents = {f"{SCHEMA_FOLDER}/{name}.json": schema for name, schema in schemas().items()}
    contents[ASYNCAPI_FILE] = asyncapi()
    return {
        path: json.dumps(content, ensure_ascii=False, indent=2) + "\n" for path, content in sorted(contents.items())
    }


def _retired() -> list[tuple[str, int, EventType]]:
    """Published versions that are only read any more, each with the version that it is read as."""
    retired = []
    for name, version in sorted(UPCASTS):
        newest = version
        while (name, newest) in UPCASTS:
            newest += 1
        kind = find_event_type(name, newest)
        if find_event_type(name, version) is None and kind is not None and not kind.internal:
            retired.append((name, version, kind))
    return retired


def _key(kind: EventType) -> str:
    return f"{kind.name}.v{kind.version}"


def _schema(kind: EventType) -> JsonObject:
    made = with_sealed(kind.cls, TypeAdapter(kind.cls).json_schema(mode="serialization"))
    head: JsonObject = {"$schema": DIALECT, "$id": f"urn:juqu:schema:{_key(kind)}", "title": _key(kind)}
    notes = {"description": kind.term, "x-clause": kind.clause}
    return head | notes | {name: value for name, value in sorted(made.items()) if name not in head | notes}


def _message(kind: EventType) -> JsonObject:
    summary = f"Clause {kind.clause}" if kind.clause != "-" else ""
    return _described(kind.name, kind.version, kind.term, summary)


def _retired_message(name: str, version: int, newest: EventType) -> JsonObject:
    return _described(name, version, newest.term, f"No longer written; version {newest.version} is")


def _described(name: str, version: int, title: str, summary: str) -> JsonObject:
    return {
        "name": type_name(name, version),
        "title": title,
        "summary": summary,
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/attributes"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": {"$ref": f"schemas/{name}.v{version}.json"},
        },
    }


def _channel(name: str, messages: list[str]) -> JsonObject:
    return {
        "address": name,
        "description": "every service, in the log's order" if name == ALL else f"of {name.partition('.')[2]}",
        "messages": {message: {"$ref": f"#/components/messages/{message}"} for message in messages},
    }


def _attributes() -> JsonObject:
    formats = {"uuid", "date", "date-time"}
    properties: JsonObject = {}
    for name, (kind, description) in _ATTRIBUTES.items():
        shape = {"type": "string", "format": kind} if kind in formats else {"type": kind}
        properties[name] = shape | {"description": description}
    return {
        "type": "object",
        "description": "In a stream every attribute is a string; in the feed the integers are numbers.",
        "properties": properties,
        "required": [name for name in _ATTRIBUTES if name not in _OPTIONAL],
    }
