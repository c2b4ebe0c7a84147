"""What becomes of the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from shared.contracts.core import Command
from shared.contracts.lengths import Name
from shared.programme.values.holidays import Holiday


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceCalendar(Command):
    """Load a year's notice of holidays, by the department's lead or an operator. What corrects days that are known
    already names them in ``replaces``, by their SHA-256. ``calendar`` is ``national``."""

    calendar: str
    year: int
    document_number: Name
    announced_on: date
    holidays: tuple[Holiday, ...]
    replaces: Name = ""


CalendarCommand: TypeAlias = AnnounceCalendar
