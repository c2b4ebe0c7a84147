"""A packet as pages show it: its documents, its seals, its form in the order of 附件1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.desks.parts_of_a_packet import SEALS
from shared.programme.forms.catalogue import FIELDS
from shared.programme.vocabulary import EvidenceKind, IpKind, ServiceCategory, ServiceKind

Row = Mapping[str, Any]
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PacketDocument:
    """A document: what it shows, its title, its version, and where it can be had."""

    kind: Words
    title: str
    version: int
    size: int
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class PacketSeal:
    """A seal, set or still awaited (without a day)."""

    unit: Words
    on: str
    holds: bool
    voided: str = ""


@dataclass(frozen=True, slots=True)
class ShownPacket:
    """``form`` are the answered fields in order; ``gaps`` the services that nobody offers."""

    sha256: str
    documents: Sequence[PacketDocument]
    seals: Sequence[PacketSeal]
    form: Sequence[tuple[Words, str]]
    institutions: Sequence[tuple[str, str, Sequence[Words]]]
    gaps: Sequence[tuple[Words, Words]]


def shown_packet(
    sha256: str,
    form: Row | None,
    attachments: Iterable[Row],
    seals: Iterable[Row],
    *,
    below: str,
    awaited: Iterable[str] = SEALS,
) -> ShownPacket:
    """A packet from the JSON of intake or of review. ``below`` is the path under which its documents are had:
    by their SHA-256. ``awaited`` are the units whose seals belong on it."""
    written = form or {}
    return ShownPacket(
        sha256=sha256,
        documents=[_document(attachment, below) for attachment in attachments],
        seals=_seals(sha256, list(seals), list(awaited)),
        form=[((field.zh, field.en), value) for field in FIELDS if (value := _at(written, field.path))],
        institutions=[_institution(each) for each in written.get("institutions") or ()],
        gaps=_gaps(written) if written else [],
    )


def _document(attachment: Row, below: str) -> PacketDocument:
    file, kind = attachment["file"], EvidenceKind(attachment["kind"])
    return PacketDocument(
        kind=(kind.zh, kind.en),
        title=str(attachment["title"]),
        version=int(attachment["version"]),
        size=int(file["size"]),
        sha256=str(file["sha256"]),
        path=f"{below}/{file['sha256']}",
    )


def _seals(sha256: str, seals: Sequence[Row], awaited: Sequence[str]) -> list[PacketSeal]:
    by = {str(seal["sealer"]): seal for seal in seals}
    return [_seal(sha256, SEALS[sealer], by.get(sealer)) for sealer in SEALS if sealer in by or sealer in awaited]


def _seal(sha256: str, unit: Words, seal: Row | None) -> PacketSeal:
    if seal is None:
        return PacketSeal(unit, "", holds=False)
    voided = str(seal.get("voided") or "")
    return PacketSeal(unit, str(seal["sealed_on"]), holds=not voided and seal["packet_sha256"] == sha256, voided=voided)


def _institution(row: Row) -> tuple[str, str, Sequence[Words]]:
    categories = [ServiceCategory(each) for each in row.get("categories") or ()]
    return str(row.get("name") or ""), str(row.get("uscc") or ""), [(each.zh, each.en) for each in categories]


def _gaps(form: Row) -> list[tuple[Words, Words]]:
    cells = (form.get("coverage") or {}).get("cells") or ()
    offered = {(cell["ip"], cell["service"]) for cell in cells if cell.get("institutions")}
    return [
        ((ip.zh, ip.en), (service.zh, service.en))
        for ip in IpKind
        for service in ServiceKind
        if (ip.value, service.value) not in offered
    ]


def _at(form: Row, path: str) -> str:
    value: Any = form
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


__all__ = ["PacketDocument", "PacketSeal", "ShownPacket", "shown_packet"]
