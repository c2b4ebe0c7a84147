"""Where a place of the packet is mended: the page of each."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.calling.explanation import PlainProblem
from services.portal.desks.filing.sections import SECTIONS, UNITS, top
from services.portal.desks.filing.standing import CaseHead
from services.portal.desks.words import Bilingual


@dataclass(frozen=True, slots=True)
class WayOut:
    """Something that stands in the way, and the page where it is mended."""

    field: str
    text: Bilingual
    path: str


def ways_to_mend(head: CaseHead, problem: PlainProblem | None) -> tuple[WayOut, ...]:
    """Where each thing is mended that a refusal names."""
    remarks = problem.remarks if problem else ()
    named = [each for each in remarks if each.field]
    return tuple(WayOut(each.field, Bilingual(each.text_zh, each.text), page_of(head, each.field)) for each in named)


def page_of(head: CaseHead, place: str) -> str:
    """The page where a place of the packet is mended, at its field where the page has it."""
    part = top(place)
    if part in {"evidence", "seals"}:
        return f"{head.path}/{part}"
    if part in UNITS:
        return f"{head.path}/units"
    if part == "eligibility":
        wanted = place.partition(".")[2]
        return _section_page(head, next((each.key for each in SECTIONS if wanted in each.conditions), ""))
    return _section_page(head, next((each.key for each in SECTIONS if part in each.parts), ""))


def place_of(field: str) -> str:
    """A place of the packet as an item or a change names it; a row of a list is the list."""
    return field.removeprefix("form.").partition("[")[0]


def _section_page(head: CaseHead, key: str) -> str:
    return f"{head.path}/form/{key}" if key else head.path


__all__ = ["WayOut", "page_of", "place_of", "ways_to_mend"]
