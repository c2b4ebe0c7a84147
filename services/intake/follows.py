"""The parts of intake that follow the log."""

from __future__ import annotations

from services.intake.reactions import timetable
from services.intake.views import PROJECTION
from shared.service.follows import Follows
from shared.service.readings.view import readings_of
from shared.service.unique.view import unique_of

FOLLOWS = Follows(
    service="intake",
    projections=(PROJECTION, unique_of("intake"), readings_of("intake")),
    reacts_to=("review",),
    timetable=timetable,
)
