"""Every page of a district's term. What is named is asked for before what is any district's."""

from __future__ import annotations

from services.portal.desks.term import (
    concluding,
    correcting,
    district,
    listing,
    plain_acts,
    reporting,
    revoking,
    roster,
)
from shared.service.http.routes import router

pages = router()
for _room in (listing, district, reporting, roster, plain_acts, concluding, revoking, correcting):
    pages.include_router(_room.pages)

__all__ = ["pages"]
