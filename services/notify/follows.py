"""What of notify follows the log."""

from __future__ import annotations

from services.notify.reactions import OWN_COURSE
from services.notify.timetable import timetable
from services.notify.views import DELIVERIES, PEOPLE
from shared.service.follows import Follows

FOLLOWS = Follows(
    service="notify",
    projections=(DELIVERIES, PEOPLE),
    reacts_to=("intake", "review", "lifecycle", "notify"),
    reacts_to_internal=True,
    leaves_alone=OWN_COURSE,
    timetable=timetable,
)
