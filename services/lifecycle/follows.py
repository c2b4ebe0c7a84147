"""What of lifecycle follows the log."""

from __future__ import annotations

from services.lifecycle.reactions import timetable
from services.lifecycle.views import DISTRICTS
from shared.service.follows import Follows

FOLLOWS = Follows(
    service="lifecycle",
    projections=(DISTRICTS,),
    reacts_to=("review",),
    timetable=timetable,
)
