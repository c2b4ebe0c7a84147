"""Whose pages these are: the two applicants', who write; and whoever may look on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role

Applicant = Annotated[Visitor, Depends(person(Role.COUNTY, Role.KEY_UNIT))]
ApplicantSends = Annotated[Visitor, Depends(sending(Role.COUNTY, Role.KEY_UNIT))]
OfCountyOrUnitOrCity = Annotated[Visitor, Depends(person(Role.COUNTY, Role.KEY_UNIT, Role.CITY))]
SealerSends = Annotated[Visitor, Depends(sending(Role.COUNTY, Role.KEY_UNIT, Role.CITY))]

__all__ = ["Applicant", "ApplicantSends", "OfCountyOrUnitOrCity", "SealerSends"]
