"""Which applications an actor may read, as a clause of SQL and for one of them."""

from __future__ import annotations

import sqlalchemy as sa

from services.intake.application import permission
from services.intake.views import applications
from shared.contracts.core import Actor, Role
from shared.programme.divisions import codes_of
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised
from shared.service.http.problems import Problem


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """Which rows the actor may see; the same as ``permission.may_see``."""
    if permission.may_see_all(actor):
        return sa.true()
    office = Office.parse(actor.office)
    if actor.has(Role.COUNTY) and office.kind == "county":
        return applications.c.county.in_(codes_of(office.code))
    if actor.has(Role.KEY_UNIT) and office.kind == "unit":
        return applications.c.key_uscc == normalised(office.code)
    if actor.has(Role.CITY) and office.kind == "city" and office.code:
        return applications.c.endorser == office.code
    return sa.false()


def refuse_unseen(actor: Actor, *, county: str, endorser: str, key_uscc: str) -> None:
    """Raise ``Problem`` 403 for an application that is not within the actor's scope."""
    if not permission.may_see(actor, county=county, endorser=endorser, key_uscc=key_uscc):
        raise Problem(
            403,
            "application-is-in-scope",
            "This application is not within your scope",
            actor.office,
            title_zh="该申报不在您的办理范围内",
            detail_zh=actor.office,
            clause="四（三）",
        )


__all__ = ["refuse_unseen", "visible"]
