"""Which notices each office may read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.notices.confirming import RULE as CONFIRMATION
from services.notify.views.deliveries import deliveries
from services.notify.views.history import attempts
from services.notify.views.notices import notices
from services.notify.views.people import case_people
from shared.contracts.core import Actor, Role
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised
from shared.service.http.problems import Problem

INSIDE = (Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR)
NOTICES = notices.table
COURSE = deliveries.table
HISTORY = attempts.table
CASES = case_people.table

Answer = dict[str, Any]

NOTICES_WITH_STATE = sa.select(NOTICES, *(column for column in COURSE.c if column.name not in NOTICES.c)).join_from(
    NOTICES, COURSE, NOTICES.c.delivery_id == COURSE.c.delivery_id
)
"""Notices as they were requested, each with the state of its delivery."""


def scope(actor: Actor) -> sa.ColumnElement[bool]:
    """The province and operators read all. Others read their own; cities and applicants also what applicants of
    their cases got."""
    own: sa.ColumnElement[bool] = NOTICES.c.recipient == actor.office
    code = Office.parse(actor.office).code
    if actor.has(*INSIDE):
        return sa.true()
    if actor.has(Role.CITY):
        return sa.or_(own, _of_cases(CASES.c.endorser == code) & _for_applicants())
    if actor.has(Role.COUNTY):
        return sa.or_(own, _of_cases(CASES.c.county == code) & _for_applicants())
    if actor.has(Role.KEY_UNIT):
        return sa.or_(own, _of_cases(CASES.c.key_unit_uscc == normalised(code)) & _for_applicants())
    return own


async def refuse_other_cases(connection: AsyncConnection, case_id: str, actor: Actor) -> None:
    """Raise ``Problem`` 403 where the actor is no applicant of the case."""
    code = Office.parse(actor.office).code
    mine = CASES.c.county == code if actor.has(Role.COUNTY) else CASES.c.key_unit_uscc == normalised(code)
    if (await connection.execute(sa.select(CASES.c.case_id).where(CASES.c.case_id == case_id, mine))).first() is None:
        raise Problem(HTTPStatus.FORBIDDEN, "case-is-yours", "This case is not one of yours", title_zh="该办件与您无关")


def _of_cases(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return NOTICES.c.case_id.in_(sa.select(CASES.c.case_id).where(which))


def _for_applicants() -> sa.ColumnElement[bool]:
    return NOTICES.c.role.in_(["county", "county-head", "key-unit"])


def shown(row: sa.RowMapping) -> Answer:
    """A notice as it is shown; nobody is shown a subscription's code."""
    return dict(row) | ({"body": "", "html": ""} if row["rule"] == CONFIRMATION else {})


async def one_notice(connection: AsyncConnection, delivery_id: str, actor: Actor) -> Answer:
    """A notice with its history in time order. Raises ``Problem``: 404 if there is none, 403 if it does not concern
    them."""
    answer = await connection.execute(NOTICES_WITH_STATE.where(NOTICES.c.delivery_id == delivery_id))
    row = answer.mappings().one_or_none()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "delivery-is-requested", "There is no such notice", title_zh="没有该通知")
    readable = sa.select(NOTICES.c.delivery_id).where(NOTICES.c.delivery_id == delivery_id, scope(actor))
    if (await connection.execute(readable)).one_or_none() is None:
        raise Problem(
            HTTPStatus.FORBIDDEN, "notice-concerns-you", "This notice does not concern you", title_zh="该通知与您无关"
        )
    history = sa.select(HISTORY).where(HISTORY.c.delivery_id == delivery_id).order_by(HISTORY.c.version)
    return shown(row) | {"history": [dict(entry) for entry in (await connection.execute(history)).mappings()]}
