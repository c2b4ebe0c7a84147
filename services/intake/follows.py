"""The parts of intake that follow the log."""

from __future__ import annotations

from services.intake.reactions import timetable
from services.intake.views import PROJECTION
from shared.service.follows import Follows

FOLLOWS = Follows(
    service="intake",
    projections=(PROJECTION,),
    reacts_to=("review",),
    timetable=timetable,
)
