"""How events change what is known of a letter."""

from __future__ import annotations

from dataclasses import replace

from services.office.letter.state import LetterOnFile, LetterState
from shared.contracts import office as events
from shared.contracts.core import Event


def evolve(state: LetterState, event: Event) -> LetterState:
    """The state after an event; an event that it does not know leaves it as it is."""
    match event:
        case events.LetterSent():
            return LetterOnFile(event)
        case events.LetterAnswered() if state is not None:
            return replace(state, answered=event)
        case _:
            return state
