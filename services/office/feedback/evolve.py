"""How events change what is known of the feedback on a handling."""

from __future__ import annotations

from dataclasses import replace

from services.office.feedback.state import FeedbackOnFile, FeedbackState
from shared.contracts import office as events
from shared.contracts.core import Event


def evolve(state: FeedbackState, event: Event) -> FeedbackState:
    """The state after an event; an event that it does not know leaves it as it is."""
    match event:
        case events.FeedbackGiven(feedback_id=ident):
            return FeedbackState({**state.on_file, ident: FeedbackOnFile(event)})
        case events.FeedbackAnswered(feedback_id=ident) if ident in state.on_file:
            return FeedbackState({**state.on_file, ident: replace(state.on_file[ident], answered=event)})
        case _:
            return state
