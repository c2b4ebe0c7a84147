"""The people of offices, and what they arrange."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from services.office.office import commands
from shared.contracts.core import Actor, Role
from shared.programme.vocabulary import ActKind
from tests.specification import actor, context

LEAD: Final = actor("province", Role.PROVINCE, Role.PROVINCE_LEAD, subject="lead")
CLERK: Final = actor("province", Role.PROVINCE, subject="clerk")
CITY: Final = actor("city:220100", Role.CITY, subject="city-head")
UNIT: Final = actor("unit:91220113DEM0000224", Role.KEY_UNIT, subject="unit-head")
EXPERT: Final = actor("expert:7", Role.EXPERT)
TODAY: Final = "2018-06-11"


def granting(who: Actor = LEAD, on: str = TODAY, **changed: Any) -> commands.GrantDelegation:
    """A head lets the clerk decide for a week, unless something is changed."""
    facts: dict[str, Any] = {
        "office": who.office,
        "delegate": CLERK.subject,
        "delegate_name": CLERK.name,
        "delegate_office": who.office,
        "kinds": (ActKind.DECISION,),
        "first_day": date(2018, 6, 11),
        "last_day": date(2018, 6, 17),
    }
    return commands.GrantDelegation(context=context(who, on), **facts | changed)


def ending(who: Actor, delegation_id: str, on: str = TODAY) -> commands.EndDelegation:
    """Somebody ends a delegation of their office."""
    return commands.EndDelegation(context=context(who, on), office=who.office, delegation_id=delegation_id)
