"""What is filled in on a site visit: the checklist of the policy, who came, what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.frame.forms import SentForm
from shared.programme.policy import policy

Row = Mapping[str, Any]
PHOTOGRAPH = ("sha256", "size", "media_type", "name")


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """An item of the checklist, with what was ticked and remarked."""

    key: str
    zh: str
    en: str
    clause: str
    met: str
    remark: str


def checklist_lines(version: str, form: SentForm) -> list[ChecklistLine]:
    """The checklist of a policy, with what was sent."""
    return [
        ChecklistLine(
            each.key,
            each.zh,
            each.en,
            each.clause,
            form.text(f"checklist.{index}.met"),
            form.text(f"checklist.{index}.remark"),
        )
        for index, each in enumerate(policy(version).site_visit_checklist)
    ]


def answered(version: str, checklist: Sequence[Row]) -> list[ChecklistLine]:
    """The checklist of a report."""
    said = {str(item["item"]): item for item in checklist}
    return [
        ChecklistLine(
            each.key,
            each.zh,
            each.en,
            each.clause,
            str(bool(said[each.key]["met"])).lower(),
            str(said[each.key]["remark"]),
        )
        for each in policy(version).site_visit_checklist
        if each.key in said
    ]


def stored_photographs(form: SentForm) -> list[dict[str, Any]]:
    """The photographs that are kept already, as the form carries them."""
    kept: list[dict[str, Any]] = []
    while sha256 := form.text(f"photographs.{len(kept)}.sha256"):
        name, media_type, size = (
            form.text(f"photographs.{len(kept)}.{each}") for each in ("name", "media_type", "size")
        )
        kept.append({"sha256": sha256, "size": _number(size), "media_type": media_type, "name": name})
    return kept


def report_of(form: SentForm, photographs: Sequence[Row]) -> dict[str, Any]:
    """What was typed, as review takes it. An item that nobody answered is left out; review names it."""
    return {
        "visited_on": form.text("visited_on"),
        "attended_by": [line.strip() for line in form.text("attended_by").split("\n") if line.strip()],
        "checklist": _checklist(form),
        "photographs": list(photographs),
        "findings": form.text("findings"),
        "dissent": form.text("dissent"),
    }


def _checklist(form: SentForm) -> list[dict[str, Any]]:
    items, index = [], 0
    while key := form.text(f"checklist.{index}.item"):
        met = {"true": True, "false": False}.get(form.text(f"checklist.{index}.met"))
        if met is not None:
            items.append({"item": key, "met": met, "remark": form.text(f"checklist.{index}.remark")})
        index += 1
    return items


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


__all__ = ["PHOTOGRAPH", "ChecklistLine", "answered", "checklist_lines", "report_of", "stored_photographs"]
