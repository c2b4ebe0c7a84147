"""Read models of intake: one row per application, per document and per event."""

from services.intake.views.applications import APPLICATIONS, applications
from services.intake.views.documents import DOCUMENTS, documents
from services.intake.views.timeline import TIMELINE, timeline
from shared.projections.projection import Projection

PROJECTION = Projection(
    "intake.applications", version=1, categories=("intake",), views=(APPLICATIONS, DOCUMENTS, TIMELINE)
)
"""Everything that intake's queries need."""

__all__ = ["PROJECTION", "applications", "documents", "timeline"]
