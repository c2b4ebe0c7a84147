"""The JSON Schema of an event as consumers get it: a personal value is text (in older events), or sealed."""

from __future__ import annotations

from typing import Any

from shared.contracts.core import Event
from shared.privacy.places import EACH, groups

JsonObject = dict[str, Any]

SEALED: JsonObject = {
    "title": "Sealed",
    "description": "Personal data, encrypted under a key of the person's own; nobody outside has it. `person` is an "
    "opaque id: the same person, the same id. operator.PersonErased says that the person is erased.",
    "type": "object",
    "properties": {
        "person": {"type": "string", "format": "uuid"},
        "sealed": {"type": "string", "description": "nonce, AES-256-GCM ciphertext and tag, base64url without padding"},
    },
    "required": ["person", "sealed"],
    "additionalProperties": False,
}


def with_sealed(cls: type[Event], schema: JsonObject) -> JsonObject:
    """The schema of a class, with every personal text as ``Sealed`` too. The schema given is altered."""
    personal = groups(cls)
    if not personal:
        return schema
    definitions: JsonObject = schema.setdefault("$defs", {})
    for group in personal:
        holder = _reached(schema, definitions, group.path)
        if group.element is not None:
            holder["items"] = _either(holder["items"])
            continue
        for name in group.sealed:
            holder["properties"][name] = _either(holder["properties"][name])
    definitions["Sealed"] = SEALED
    schema["$defs"] = dict(sorted(definitions.items()))
    return schema


def _either(text: JsonObject) -> JsonObject:
    if "anyOf" in text:
        return text
    notes = {name: value for name, value in text.items() if name in {"title", "default"}}
    plain = {name: value for name, value in text.items() if name not in notes}
    return {"anyOf": [plain, {"$ref": "#/$defs/Sealed"}]} | notes


def _reached(schema: JsonObject, definitions: JsonObject, path: tuple[str, ...]) -> JsonObject:
    """The schema of the value that the steps lead to."""
    for step in path:
        schema = _resolved(schema["items"] if step == EACH else schema["properties"][step], definitions)
    return schema


def _resolved(schema: JsonObject, definitions: JsonObject) -> JsonObject:
    for part in (schema, *schema.get("anyOf", ())):
        if "$ref" in part:
            resolved: JsonObject = definitions[part["$ref"].rpartition("/")[2]]
            return resolved
    return schema


__all__ = ["SEALED", "with_sealed"]
