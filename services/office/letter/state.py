"""What is known of a letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.office import LetterAnswered, LetterSent


@dataclass(frozen=True, slots=True)
class LetterOnFile:
    """It was sent, and perhaps answered."""

    sent: LetterSent
    answered: LetterAnswered | None = None


LetterState: TypeAlias = LetterOnFile | None
