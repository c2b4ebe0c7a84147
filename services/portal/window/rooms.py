"""Every page of the public window."""

from __future__ import annotations

from services.portal.window import (
    about,
    home,
    letters,
    numbers,
    publicity,
    robots,
    satisfaction,
    subscribing,
    verifying,
)
from services.portal.window.register import district
from services.portal.window.register import pages as register

WINDOW = (
    home.pages,
    register.pages,
    district.pages,
    numbers.pages,
    publicity.pages,
    letters.pages,
    satisfaction.pages,
    subscribing.pages,
    verifying.pages,
    about.pages,
    robots.pages,
)

__all__ = ["WINDOW"]
