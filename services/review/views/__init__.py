"""Review's read models.

``CASES`` follows what is published; ``SHEETS`` holds the score sheets, which are not published, and follows the log.
"""

from services.review.views.cases import cases
from services.review.views.experts import conditions, experts, members, sheets
from services.review.views.names import names
from services.review.views.public import objections, visits
from services.review.views.record import packets, timeline
from shared.projections.projection import Projection

CASES = Projection(
    "review.cases",
    version=5,
    categories=("review",),
    views=(cases, names, packets, conditions, members, experts, visits, objections, timeline),
)
SHEETS = Projection("review.sheets", version=1, categories=("review",), views=(sheets,), include_internal=True)

__all__ = [
    "CASES",
    "SHEETS",
    "cases",
    "conditions",
    "experts",
    "members",
    "names",
    "objections",
    "packets",
    "sheets",
    "timeline",
    "visits",
]
