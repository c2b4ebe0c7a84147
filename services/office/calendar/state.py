"""What is known of the calendar."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.office import CalendarAnnounced
from shared.programme.dates.calendar import LAST_ANNOUNCED_YEAR, shipped_rows
from shared.programme.values.holidays import digest


@dataclass(frozen=True, slots=True)
class CalendarState:
    """The notices that were announced, in their order."""

    announced: tuple[CalendarAnnounced, ...] = ()

    def known(self, year: int) -> str:
        """The SHA-256 of the days that are known of a year: announced, or shipped; empty where it is computed."""
        of_year = [each.sha256 for each in self.announced if each.year == year]
        shipped = digest(shipped_rows(year)) if year <= LAST_ANNOUNCED_YEAR else ""
        return of_year[-1] if of_year else shipped
