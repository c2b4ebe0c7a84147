"""What of review follows the log."""

from __future__ import annotations

from services.review.reactions import timetable
from services.review.views import CASES, SHEETS
from shared.service.follows import Follows
from shared.service.readings.view import readings_of

FOLLOWS = Follows(
    service="review",
    projections=(CASES, SHEETS, readings_of("review")),
    reacts_to=("intake",),
    timetable=timetable,
)
