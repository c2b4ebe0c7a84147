"""Experts who may be asked in a case: all whom review knows, and finding some of them by name or organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.portal.calling.services import within
from services.portal.frame.visitor import Visitor

Row = Mapping[str, Any]
MOST_SHOWN: Final = 60
"""Candidates that a page lists; the others are found by words."""
_A_PAGE: Final = 300
_MOST_PAGES: Final = 20


async def candidates_of(visitor: Visitor, case_id: str) -> list[Row]:
    """Everybody who was ever named on a panel, each with what stands in the way in this case."""
    path = within("cases", case_id, "panel", "candidates")
    found: list[Row] = []
    for _ in range(_MOST_PAGES):
        page = await visitor.get("review", path, after=found[-1]["expert_id"] if found else "", limit=_A_PAGE)
        found += page
        if len(page) < _A_PAGE:
            break
    return found


def free_of_conflict(candidates: Sequence[Row]) -> list[Row]:
    """Candidates without a conflict in this case, those with the fewest running cases first."""
    return sorted((each for each in candidates if not each["conflict"]), key=lambda each: each["running"])


def listed(candidates: Sequence[Row], words: str, chosen: Callable[[Row], object]) -> list[Row]:
    """Those that a page lists: whoever is chosen, then the first of those that all words are found in."""
    on_top = [each for each in candidates if chosen(each)]
    others = [each for each in candidates if not chosen(each) and _is_about(each, words)]
    return on_top + others[: max(0, MOST_SHOWN - len(on_top))]


def _is_about(candidate: Row, words: str) -> bool:
    told = " ".join((candidate["expert_id"], candidate["name"], candidate["organisation"])).casefold()
    return all(word in told for word in words.casefold().split())


__all__ = ["MOST_SHOWN", "candidates_of", "free_of_conflict", "listed"]
