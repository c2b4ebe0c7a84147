"""The parts of intake that follow the log."""

from __future__ import annotations

from services.intake.reactions import timetable
from services.intake.views import PROJECTION
from shared.service.follows import Follows
from shared.service.readings.view import readings_of

FOLLOWS = Follows(
    service="intake",
    projections=(PROJECTION, readings_of("intake")),
    reacts_to=("review",),
    timetable=timetable,
)
