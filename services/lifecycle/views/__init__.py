"""The read models of lifecycle: one projection, one position."""

from __future__ import annotations

from services.lifecycle.views.districts import districts
from services.lifecycle.views.history import documents, timeline
from services.lifecycle.views.names import names
from services.lifecycle.views.records import assessments, duties, reports, rosters, support
from shared.projections.projection import Projection

DISTRICTS = Projection(
    "lifecycle.districts",
    version=2,
    categories=("lifecycle",),
    views=(districts, names, reports, rosters, support, duties, assessments, timeline, documents),
)
"""What the queries of lifecycle's API read."""

__all__ = [
    "DISTRICTS",
    "assessments",
    "districts",
    "documents",
    "duties",
    "names",
    "reports",
    "rosters",
    "support",
    "timeline",
]
