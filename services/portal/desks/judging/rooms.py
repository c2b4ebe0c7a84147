"""The pages of an expert, and of a site visit. The visit's come first: one of its addresses is no case's."""

from __future__ import annotations

from services.portal.desks.judging import assignments, score_sheet, site_visit

JUDGING = (site_visit.pages, score_sheet.pages, assignments.pages)

__all__ = ["JUDGING"]
