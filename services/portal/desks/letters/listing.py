"""Letters as the desk and the list show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.portal.frame.remaining import working_days_left
from shared.contracts.core import Role
from shared.programme.vocabulary import LetterKind

ANSWERING: Final = (Role.PROVINCE, Role.PROVINCE_LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLetter:
    """A letter in a list. ``left`` are the working days left of one that waits, below zero once it is late."""

    letter_id: str
    kind: LetterKind
    sent_on: date
    due_on: date
    told_by: str
    left: int | None
    answered_on: date | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/desk/letters/{self.letter_id}"


def listed_letter(row: Mapping[str, Any], today: date) -> ListedLetter:
    """A letter, from office's list."""
    due_on, answered = date.fromisoformat(row["due_on"]), row["answered_on"]
    return ListedLetter(
        letter_id=row["letter_id"],
        kind=LetterKind(row["kind"]),
        sent_on=date.fromisoformat(row["sent_on"]),
        due_on=due_on,
        told_by=row["channel"] or "",
        left=None if answered else working_days_left(due_on, today),
        answered_on=date.fromisoformat(answered) if answered else None,
    )


__all__ = ["ANSWERING", "ListedLetter", "listed_letter"]
