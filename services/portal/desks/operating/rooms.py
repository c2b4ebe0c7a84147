"""The pages of the operator."""

from __future__ import annotations

from services.portal.desks.operating import notices, overview

OPERATIONS = (overview.pages, notices.pages)

__all__ = ["OPERATIONS"]
