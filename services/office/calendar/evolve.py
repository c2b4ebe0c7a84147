"""How events change what is known of the calendar."""

from __future__ import annotations

from dataclasses import replace

from services.office.calendar.state import CalendarState
from shared.contracts.core import Event
from shared.contracts.office import CalendarAnnounced


def evolve(state: CalendarState, event: Event) -> CalendarState:
    """The state after an event; an event that it does not know leaves it as it is."""
    return replace(state, announced=(*state.announced, event)) if isinstance(event, CalendarAnnounced) else state
