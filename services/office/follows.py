"""What of office follows the log."""

from __future__ import annotations

from services.office.views import FEEDBACK, LETTERS, OFFICES
from shared.service.follows import Follows
from shared.service.readings.view import readings_of

FOLLOWS = Follows(service="office", projections=(OFFICES, LETTERS, FEEDBACK, readings_of("office")))
