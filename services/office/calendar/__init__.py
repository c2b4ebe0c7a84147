"""The aggregate ``calendar``: the working calendar of the country, as the State Council's notices announce it."""

from __future__ import annotations

from services.office.calendar.commands import CalendarCommand
from services.office.calendar.decide import decide
from services.office.calendar.evolve import evolve
from services.office.calendar.state import CalendarState
from shared.contracts.core import Decider

CALENDARS: Decider[CalendarState, CalendarCommand] = Decider("office", "calendar", CalendarState(), evolve, decide)
"""There is one stream: ``shared.contracts.office.CALENDAR``."""

__all__ = ["CALENDARS"]
