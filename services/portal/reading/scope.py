"""Which cases a person may see, as the services have it."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, true

from services.portal.views import cases
from shared.contracts.core import Actor, Role
from shared.programme.divisions import codes_of, counties_of
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised

CASES: Final = cases.table
INSIDE: Final = (Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR)
"""Who reads every case whole."""


def scope(actor: Actor, today: date) -> ColumnElement[bool]:
    """All cases, those of a city's counties, one's own, or those that one is an expert of. A city keeps the
    applications that it had to endorse; districts are those of its counties today."""
    code = Office.parse(actor.office).code
    if actor.has(*INSIDE):
        return true()
    if actor.has(Role.CITY):
        titled = CASES.c.service == "lifecycle"
        of_its_counties = and_(titled, CASES.c.county.in_(counties_of(code, today)))
        return or_(of_its_counties, and_(~titled, CASES.c.endorser == code))
    if actor.has(Role.COUNTY):
        return CASES.c.county.in_(codes_of(code))
    if actor.has(Role.KEY_UNIT):
        return CASES.c.key_uscc == normalised(code)
    if actor.has(Role.EXPERT):
        return CASES.c.experts.contains([code])
    return false()


def readable(actor: Actor, today: date) -> ColumnElement[bool]:
    """Of the cases in scope those whose story somebody may read: an expert, once they declared their impartiality. Of a
    panel that was convened before declarations were on record nobody is asked once the case has ended."""
    theirs = scope(actor, today)
    if actor.has(*INSIDE) or not actor.has(Role.EXPERT):
        return theirs
    declared = CASES.c.impartial.contains([Office.parse(actor.office).code])
    unasked = and_(~CASES.c.declare_first, CASES.c.ended_on.is_not(None))
    return and_(theirs, or_(declared, unasked))


__all__ = ["CASES", "INSIDE", "readable", "scope"]
