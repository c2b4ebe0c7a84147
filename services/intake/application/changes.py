"""What was changed in a packet since a correction notice found it (四（四）)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.intake.application.state import Application, InCorrection
from shared.contracts.intake import Attachment
from shared.programme.forms import EvidenceKind
from shared.programme.values.json_values import Json, as_json


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the form, dotted (a list is one field): what it held when the notice came, and what it holds now."""

    field: str
    was: Json
    now: Json


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document of the packet: its version when the notice came and now; 0 where it was not in the packet."""

    attachment_id: str
    kind: EvidenceKind
    title: str
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class PacketChanges:
    """The answer so far to a notice."""

    notice_no: int
    fields: tuple[FieldChange, ...]
    documents: tuple[DocumentChange, ...]


def changes_since_notice(stage: InCorrection) -> PacketChanges:
    """Every field and document that is not as the notice found it."""
    before, now = stage.filed.application, stage.application
    return PacketChanges(
        stage.notice_no,
        tuple(_fields("", as_json(before.form), as_json(now.form))),
        tuple(_documents(before, now)),
    )


def _fields(path: str, was: Json, now: Json) -> Iterator[FieldChange]:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in {**was, **now}:
            yield from _fields(f"{path}.{name}" if path else name, was.get(name), now.get(name))
    elif was != now:
        yield FieldChange(path, was, now)


def _documents(before: Application, now: Application) -> Iterator[DocumentChange]:
    was, has = ({each.attachment_id: each for each in packet.attachments} for packet in (before, now))
    for ident in sorted({**was, **has}):
        old, new = was.get(ident), has.get(ident)
        if old != new:
            shown = new or old
            if shown is not None:
                yield DocumentChange(ident, shown.kind, shown.title, _version(old), _version(new))


def _version(attachment: Attachment | None) -> int:
    return attachment.version if attachment else 0


__all__ = ["DocumentChange", "FieldChange", "PacketChanges", "changes_since_notice"]
