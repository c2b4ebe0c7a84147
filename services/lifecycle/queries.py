"""What each office may read of the districts, and what the public register said on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, exists, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lifecycle.views import districts, reports, timeline
from services.lifecycle.views.districts import NAMED, Status
from shared.contracts.core import Actor, Role
from shared.programme.divisions import codes_of, counties_of
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised
from shared.service.http.problems import Problem

DISTRICTS: Final = districts.table
REPORTS: Final = reports.table
INSIDE: Final = (Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR)
"""Who reads every district whole."""

PUBLISHED: Final = frozenset(
    f"lifecycle.{name}"
    for name in (
        "DistrictDesignated",
        "AssessmentOpened",
        "AssessmentConcluded",
        "TitleRetained",
        "NationalRecommendationMade",
        "RectificationOrdered",
        "DistrictReassessed",
        "HearingInvited",
        "TitleRevoked",
    )
)
"""Events that made a standing of the register, or tell of an honour: anybody may know that they happened."""

PUBLISHED_COLUMNS: Final = ("event_id", "seq", "type", "term", "clause", "effective_on", "recorded_at")
"""What of them the register's history says: when, by which clause, and where in the log the proof is to be found."""

NOT_SHOWN: Final = frozenset({"mine", "designation_event", "since", "rank", "shown_document", "sought"})
"""Columns for our own use, which no answer shows."""

WHOLE_ONLY: Final = frozenset({"corrections"})
"""Columns that a list leaves out, because they tell of people."""


def inside(actor: Actor) -> bool:
    """Whether the actor reads every district whole."""
    return actor.has(*INSIDE)


def scope(actor: Actor, today: date) -> ColumnElement[bool]:
    """Which districts an actor may read: all, those of their city today, or their own."""
    office = Office.parse(actor.office)
    if inside(actor):
        mine: ColumnElement[bool] = true()
    elif actor.has(Role.CITY):
        mine = DISTRICTS.c.county.in_(counties_of(office.code, today))
    elif actor.has(Role.COUNTY):
        mine = DISTRICTS.c.county.in_(codes_of(office.code))
    elif actor.has(Role.KEY_UNIT):
        mine = DISTRICTS.c.key_unit_uscc == normalised(office.code)
    else:
        mine = false()
    return mine


_AWAITED: Final = and_(
    REPORTS.c.case_id == DISTRICTS.c.case_id,
    REPORTS.c.cycle == DISTRICTS.c.cycle,
    REPORTS.c.filed_on.is_(None),
    DISTRICTS.c.status != Status.REVOKED.value,
)
"""The reports of the running cycle that a district has not filed."""


def districts_shown() -> Select[Any]:
    """Districts with the yearly reports that are awaited from each."""
    report = func.jsonb_build_object(
        *("year", REPORTS.c.year, "due", REPORTS.c.due, "provisional", REPORTS.c.provisional),
        *("overdue", REPORTS.c.overdue, "missed", REPORTS.c.missed),
    )
    every = func.jsonb_agg(aggregate_order_by(report, REPORTS.c.year), type_=JSONB)
    awaited = select(every).where(_AWAITED).correlate(DISTRICTS).scalar_subquery()
    return select(DISTRICTS, awaited.label("awaited"))


def late(today: date) -> ColumnElement[bool]:
    """Whether something of a district is late on a day: a report, its rectification, its assessment."""
    report = exists().where(_AWAITED, REPORTS.c.due < today).correlate(DISTRICTS)
    rectification = and_(
        DISTRICTS.c.status == Status.RECTIFYING.value,
        DISTRICTS.c.rectification_reported_on.is_(None),
        DISTRICTS.c.rectification_due < today,
    )
    assessment = and_(
        DISTRICTS.c.status.in_((Status.DESIGNATED.value, Status.UNDER_ASSESSMENT.value)),
        DISTRICTS.c.last_day < today,
    )
    return or_(report, rectification, assessment)


async def one_district(connection: AsyncConnection, case_id: str, actor: Actor, today: date) -> RowMapping:
    """A district that the actor may read. Raises ``Problem`` 404 where there is none, 403 where it is not theirs."""
    query = districts_shown().add_columns(scope(actor, today).label("mine")).where(DISTRICTS.c.case_id == case_id)
    district = (await connection.execute(query)).mappings().first()
    if district is None:
        raise absent()
    if not district["mine"]:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "district-is-within-your-scope",
            "You may read only what concerns you",
            title_zh="仅可查阅与本人职责相关的内容",
            clause="四（五）",
        )
    return district


def absent() -> Problem:
    """404: no such district."""
    return Problem(HTTPStatus.NOT_FOUND, "district-exists", "There is no such district", title_zh="没有这个集聚区")


async def rows(
    connection: AsyncConnection, table: Table, case_id: str, order: Sequence[ColumnElement[Any]] = ()
) -> list[dict[str, Any]]:
    """The rows of a district in a view, in the order of its key or as asked."""
    query = select(table).where(table.c.case_id == case_id).order_by(*(order or table.primary_key.columns))
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def listed(district: RowMapping) -> dict[str, Any]:
    """A district as a list has it."""
    return {name: value for name, value in shown(district).items() if name not in WHOLE_ONLY}


def shown(district: RowMapping) -> dict[str, Any]:
    """A district as those whom it concerns see it."""
    seen = {name: value for name, value in district.items() if name not in NOT_SHOWN}
    return seen | {"awaited": seen["awaited"] or []}


def history(case_id: str) -> Select[Any]:
    """What the public register tells of how a district came to stand where it does, in order: also that its names were
    corrected."""
    events = timeline.table.c
    named = (events.type == "lifecycle.RecordCorrected") & events.says["field"].astext.in_(NAMED)
    published = events.type.in_(PUBLISHED) | named
    columns = [events[name] for name in PUBLISHED_COLUMNS]
    return select(*columns).where(events.case_id == case_id, published).order_by(events.version)
