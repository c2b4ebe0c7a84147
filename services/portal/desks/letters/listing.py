"""Letters as the desk and the list show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.desks.answering import ToAnswer, time_to_answer
from services.portal.desks.words import Bilingual
from shared.programme.vocabulary import LetterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLetter(ToAnswer):
    """A letter in a list, and how its writer is told of the answer."""

    told_by: str


def listed_letter(row: Mapping[str, Any], today: date) -> ListedLetter:
    """A letter, from office's list."""
    kind = LetterKind(row["kind"])
    return ListedLetter(
        path=f"/desk/letters/{row['letter_id']}",
        title=Bilingual(f"{kind.zh}来信", f"Letter: {kind.en.lower()}"),
        came=Bilingual("收到于 ", "Received on "),
        time=time_to_answer(row, row["sent_on"], today),
        told_by=row["channel"] or "",
    )


__all__ = ["ListedLetter", "listed_letter"]
