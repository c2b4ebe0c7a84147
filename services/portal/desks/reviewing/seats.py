"""Who may be asked onto a panel: experts whom review knows, and those that an officer names anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.portal.desks.reviewing.fields import rows_of
from services.portal.frame.forms import SentForm

Row = Mapping[str, Any]
Named = dict[str, str]

EXPERT: Final = ("expert_id", "name", "organisation", "organisation_uscc", "division")
MEMBER, RESERVE = "member", "reserve"
RESERVES: Final = 2
"""Reserves that are suggested."""
MOST: Final = 60
"""Candidates without a conflict that a page offers; of the others as many are shown."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A candidate, and the seat that is suggested or was chosen: ``member``, ``reserve``, or none."""

    candidate: Row
    seat: str = ""


@dataclass(slots=True)
class Chosen:
    """Who was chosen, in order. ``at`` is the field of each expert, by the service's name of their place."""

    experts: list[Named] = field(default_factory=list)
    reserves: list[Named] = field(default_factory=list)
    at: dict[str, str] = field(default_factory=dict)

    def add(self, seat: str, expert: Named, where: str) -> None:
        """Seat an expert, who stands at this field of the page."""
        seated, listed = {MEMBER: (self.experts, "experts"), RESERVE: (self.reserves, "reserves")}[seat]
        self.at[f"{listed}.{len(seated)}"] = where
        self.at[f"experts.{expert['expert_id']}"] = where
        seated.append(expert)

    def field_of(self, path: str) -> str:
        """The field of the page at which a remark on a place of the service's lists stands."""
        steps = path.removeprefix("body.").split(".")
        where = self.at.get(".".join(steps[:2]))
        if where is None:
            return path
        return f"{where}.{steps[2]}" if where.startswith("new.") and len(steps) > 2 else where


def free_of_conflict(candidates: Iterable[Row]) -> list[Row]:
    """Candidates without a conflict in this case, those with the fewest running cases first."""
    return sorted((each for each in candidates if not each["conflict"]), key=lambda each: each["running"])


def suggested(candidates: Sequence[Row], size: int) -> list[Seat]:
    """Candidates without a conflict; the first of them sit, the next stand by."""
    seats = [MEMBER] * size + [RESERVE] * RESERVES
    free = free_of_conflict(candidates)[:MOST]
    return [Seat(each, seats[index] if index < len(seats) else "") for index, each in enumerate(free)]


def typed_seats(candidates: Sequence[Row], sent: SentForm) -> list[Seat]:
    """Candidates without a conflict, with the seats that were chosen."""
    return [Seat(each, sent.text(f"seat.{each['expert_id']}")) for each in free_of_conflict(candidates)[:MOST]]


def typed_newcomers(sent: SentForm) -> list[Named]:
    """The experts that are named anew, row by row; a row may be blank."""
    return [{name: sent.text(f"new.{number}.{name}") for name in (*EXPERT, "seat")} for number in rows_of(sent, "new")]


def chosen(candidates: Sequence[Row], sent: SentForm) -> Chosen:
    """Who is asked onto the panel, by the form of the page."""
    found = Chosen()
    for each in candidates:
        if (seat := sent.text(f"seat.{each['expert_id']}")) in {MEMBER, RESERVE}:
            found.add(seat, {name: each[name] for name in EXPERT}, f"seat.{each['expert_id']}")
    for number, each in enumerate(typed_newcomers(sent)):
        if each["seat"] in {MEMBER, RESERVE}:
            found.add(each["seat"], {name: each[name] for name in EXPERT}, f"new.{number}")
    return found


def blank_row() -> Named:
    """A row for an expert who is named anew."""
    return dict.fromkeys((*EXPERT, "seat"), "")


__all__ = [
    "EXPERT",
    "MOST",
    "RESERVES",
    "Chosen",
    "Named",
    "Seat",
    "blank_row",
    "chosen",
    "free_of_conflict",
    "suggested",
    "typed_newcomers",
    "typed_seats",
]
