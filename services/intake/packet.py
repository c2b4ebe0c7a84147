"""The packet that is sealed: one canonical text, one SHA-256 (四（三）).

Form, both units and the hash of every attachment go in; whoever holds them can compute the hash again.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from operator import attrgetter

from shared.contracts.intake import Attachment
from shared.programme.forms import ApplicationForm, Unit
from shared.programme.values.json_values import Json, as_json, canonical


def packet(form: ApplicationForm, county_unit: Unit, key_unit: Unit, attachments: Iterable[Attachment]) -> Json:
    """What is hashed, as JSON values: the form, the two units, and id, kind, title, version and hash of each document.

    The name a file was given by its sender is left out; its content is in by its SHA-256.
    """
    return {
        "form": as_json(form),
        "county_unit": as_json(county_unit),
        "key_unit": as_json(key_unit),
        "attachments": [
            {
                "attachment_id": attachment.attachment_id,
                "kind": attachment.kind.value,
                "title": attachment.title,
                "version": attachment.version,
                "sha256": attachment.file.sha256,
            }
            for attachment in sorted(attachments, key=attrgetter("attachment_id"))
        ],
    }


def packet_sha256(form: ApplicationForm, county_unit: Unit, key_unit: Unit, attachments: Iterable[Attachment]) -> str:
    """The SHA-256 (hex) of the packet's canonical text in UTF-8."""
    return sha256(canonical(packet(form, county_unit, key_unit, attachments)).encode()).hexdigest()
