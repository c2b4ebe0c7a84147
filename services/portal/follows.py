"""What of the portal follows the log: its read models. It sees no personal data."""

from __future__ import annotations

from services.portal.views import CASES, NUMBERS
from shared.service.follows import Follows

FOLLOWS = Follows(service="portal", projections=(CASES, NUMBERS), sees_personal_data=False)
