"""Every page of the filing."""

from __future__ import annotations

from services.portal.desks.filing import (
    application,
    contacts,
    correction,
    coverage_pages,
    endorsing,
    evidence,
    form_pages,
    listing,
    seals,
    units,
)

FILING = (
    listing.pages,
    application.pages,
    units.pages,
    coverage_pages.pages,
    form_pages.pages,
    evidence.pages,
    seals.pages,
    endorsing.pages,
    correction.pages,
    contacts.pages,
)

__all__ = ["FILING"]
