"""Whose pages these are: those of the offices that keep a district. Lifecycle says whose district it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from services.portal.frame.access import person, sending
from services.portal.frame.navigation import OFFICES
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role

Official = Annotated[Visitor, Depends(person(*OFFICES, Role.OPERATOR, Role.AUDITOR))]
OfficialSends = Annotated[Visitor, Depends(sending(*OFFICES))]

__all__ = ["Official", "OfficialSends"]
