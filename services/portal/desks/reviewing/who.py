"""Whose acts these are: officers of the province, whichever of their acts the service then allows them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from services.portal.desks.reviewing.acts import OFFICERS
from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor

Officer = Annotated[Visitor, Depends(person(*OFFICERS))]
OfficerSends = Annotated[Visitor, Depends(sending(*OFFICERS))]

__all__ = ["Officer", "OfficerSends"]
