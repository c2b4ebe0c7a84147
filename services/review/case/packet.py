"""The packet and its parts: what changed between two, and what is still wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from shared.contracts.intake import Attachment, Seal, Sealer
from shared.programme.forms import ApplicationForm, EvidenceKind, Finding, Unit, errors, findings
from shared.programme.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Packet:
    """The documents as they lie before the province, and the defects they were recorded with."""

    form: ApplicationForm
    county_unit: Unit
    key_unit: Unit
    attachments: tuple[Attachment, ...]
    seals: tuple[Seal, ...]
    sha256: str
    defects: tuple[Finding, ...]

    def open_errors(self, policy: Policy) -> tuple[Finding, ...]:
        """What keeps the packet from being accepted: uncorrected defects, and what the form's own rules find."""
        present = {attachment.kind for attachment in self.attachments}
        every = (*self.defects, *findings(self.form, present, policy))
        return tuple({(error.field, error.rule): error for error in errors(every)}.values())


FORM_PARTS: Final = tuple(field.name for field in fields(ApplicationForm))
EVIDENCE_PARTS: Final = tuple(f"evidence.{kind.value}" for kind in EvidenceKind)
SEAL_PARTS: Final = tuple(f"seals.{sealer.value}" for sealer in Sealer)
PARTS: Final = (*FORM_PARTS, *EVIDENCE_PARTS, *SEAL_PARTS)
"""Every part of a packet that a correction may concern, in the packet's order."""


def part_of(field: str) -> str | None:
    """The part of the packet that a field belongs to: ``staff.lawyers`` to ``staff``; ``None`` when to none."""
    steps = field.replace("[", ".").removeprefix("form.").split(".")
    two = ".".join(steps[:2])
    return next((name for name in (two, two.replace("_", "-"), steps[0]) if name in PARTS), None)


def contents(packet: Packet) -> Mapping[str, object]:
    """What stands in each part. Of a seal only whose it is: each new packet is sealed anew."""
    parts: dict[str, object] = {name: getattr(packet.form, name) for name in FORM_PARTS}
    parts |= {
        "county_unit": (packet.county_unit, packet.form.county_unit),
        "key_unit": (packet.key_unit, packet.form.key_unit),
    }
    for kind in EvidenceKind:
        documents = (attachment.file.sha256 for attachment in packet.attachments if attachment.kind is kind)
        parts[f"evidence.{kind.value}"] = frozenset(documents)
    return parts | {f"seals.{seal.sealer.value}": seal.sealer for seal in packet.seals}


def changed_parts(before: Packet, after: Packet) -> tuple[str, ...]:
    """The parts that differ, in the packet's order."""
    old, new = contents(before), contents(after)
    return tuple(part for part in PARTS if old.get(part) != new.get(part))


def still_open(defects: tuple[Finding, ...], changed: tuple[str, ...]) -> tuple[Finding, ...]:
    """The defects that a correction left untouched: those on parts that did not change.

    A defect on something that is no part of a packet is answered by any change.
    """
    untouched = set(PARTS) - set(changed)
    return tuple(defect for defect in defects if not changed or part_of(defect.field) in untouched)
