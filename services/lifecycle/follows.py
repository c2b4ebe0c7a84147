"""What of lifecycle follows the log."""

from __future__ import annotations

from services.lifecycle.reactions import timetable
from services.lifecycle.views import DISTRICTS
from shared.service.follows import Follows
from shared.service.readings.view import readings_of

FOLLOWS = Follows(
    service="lifecycle",
    projections=(DISTRICTS, readings_of("lifecycle")),
    reacts_to=("review",),
    timetable=timetable,
)
