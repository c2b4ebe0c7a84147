"""What of review follows the log."""

from __future__ import annotations

from services.review.reactions import timetable
from services.review.views import CASES, SHEETS
from shared.service.follows import Follows
from shared.service.readings.view import readings_of
from shared.service.unique.view import unique_of

FOLLOWS = Follows(
    service="review",
    projections=(CASES, SHEETS, unique_of("review"), readings_of("review")),
    reacts_to=("intake",),
    timetable=timetable,
)
