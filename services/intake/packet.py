"""The packet that is sealed: one canonical text, one SHA-256 (四（三）).

Form, both units and the hash of every attachment go in; whoever holds them can compute the hash again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from shared.contracts.intake import Attachment
from shared.programme.forms import ApplicationForm, Unit

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def packet(form: ApplicationForm, county_unit: Unit, key_unit: Unit, attachments: Iterable[Attachment]) -> Json:
    """What is hashed, as JSON values: the form, the two units, and id, kind, title, version and hash of each document.

    The name a file was given by its sender is left out; its content is in by its SHA-256.
    """
    return {
        "form": plain(form),
        "county_unit": plain(county_unit),
        "key_unit": plain(key_unit),
        "attachments": [
            {
                "attachment_id": one.attachment_id,
                "kind": one.kind.value,
                "title": one.title,
                "version": one.version,
                "sha256": one.file.sha256,
            }
            for one in sorted(attachments, key=lambda one: one.attachment_id)
        ],
    }


def packet_sha256(form: ApplicationForm, county_unit: Unit, key_unit: Unit, attachments: Iterable[Attachment]) -> str:
    """The SHA-256 (hex) of the packet's canonical text in UTF-8."""
    return sha256(canonical(packet(form, county_unit, key_unit, attachments)).encode()).hexdigest()


def canonical(value: Json) -> str:
    """The one text of a JSON value: keys sorted, no spaces, nothing escaped that need not be (after RFC 8785).

    Numbers are integers only, and keys are ASCII, where the orders of RFC 8785 and of code points agree.
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def plain(value: object) -> Json:
    """A value of the programme as JSON values; dates are ISO 8601, decimals are text.

    Raises ``TypeError`` for a value that has no exact form in JSON.
    """
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted((plain(item) for item in value), key=canonical)
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def plain_record(value: object) -> dict[str, Json]:
    """A dataclass as a JSON object; raises ``TypeError`` for anything else."""
    made = plain(value)
    if not isinstance(made, dict):
        raise TypeError(f"{type(value).__name__} is no record")
    return made
