"""What each office may read of the cases, and of each case."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, false, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.review.case.permission import expert_id
from services.review.views import cases, members
from shared.contracts.core import Actor, Role
from shared.programme.divisions import current_code, former_codes
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised
from shared.service.http.problems import Problem

CASES: Final = cases.table
MEMBERS: Final = members.table

INSIDE: Final = (Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR)
"""Who reads every case whole."""

PUBLIC_COLUMNS: Final = (
    "case_id",
    "county",
    "county_name",
    "county_unit",
    "key_unit",
    "publicity_starts_on",
    "publicity_ends_on",
)
"""Columns of a case that everybody sees while it is in publicity."""

PANEL_ONLY: Final = frozenset(
    {"panel_size", "sheets_received", "average", "valid_sheets", "recommended", "corrections_of_record"}
)
"""Columns of a case that applicants and cities do not see."""

EXPERT_EVENTS: Final = frozenset(
    f"review.{name}"
    for name in (
        "ConflictFound",
        "PanelConvened",
        "ExpertRecused",
        "ExpertReplaced",
        "ScoreSheetReceived",
        "PanelConcluded",
        "MaterialReviewReopened",
    )
)
"""Events that applicants and cities are not shown, for they tell who the experts are and what they think."""


def inside(actor: Actor) -> bool:
    """Whether the actor reads every case whole."""
    return actor.has(*INSIDE)


def scope(actor: Actor) -> ColumnElement[bool]:
    """Which cases an actor may read: all, their counties', their own, or those they are an expert of."""
    code = Office.parse(actor.office).code
    if inside(actor):
        return true()
    if actor.has(Role.CITY):
        return CASES.c.endorser == code
    if actor.has(Role.COUNTY):
        return CASES.c.county.in_(_codes_of(code))
    if actor.has(Role.KEY_UNIT):
        return CASES.c.key_uscc == normalised(code)
    if (expert := expert_id(actor)) is not None:
        return CASES.c.case_id.in_(_assigned(expert))
    return false()


def _codes_of(county: str) -> frozenset[str]:
    now = current_code(county)
    return frozenset({county, now, *(former.code for former in former_codes() if former.current == now)})


def _assigned(expert: str) -> Select[tuple[str]]:
    sits = and_(MEMBERS.c.expert_id == expert, MEMBERS.c.standing == "member")
    return select(MEMBERS.c.case_id).where(sits)


def as_seen_by(case: RowMapping, actor: Actor) -> dict[str, Any]:
    """A case as an actor may see it."""
    hidden = frozenset() if inside(actor) or actor.has(Role.EXPERT) else PANEL_ONLY
    return {name: value for name, value in case.items() if name not in hidden}


async def one_case(connection: AsyncConnection, case_id: str, actor: Actor) -> RowMapping:
    """A case that the actor may read. Raises ``Problem`` 404 where there is none, 403 where it is not theirs."""
    mine = scope(actor).label("mine")
    case = (await connection.execute(select(CASES, mine).where(CASES.c.case_id == case_id))).mappings().first()
    if case is None:
        raise Problem(HTTPStatus.NOT_FOUND, "case-is-known", "There is no such case", title_zh="没有该案件")
    if not case["mine"]:
        raise forbidden("this case is not one of yours", "该案件不在您的职责范围内")
    return case


def forbidden(detail: str, detail_zh: str) -> Problem:
    """403: not for this actor."""
    return Problem(
        HTTPStatus.FORBIDDEN,
        "case-is-within-your-scope",
        "You may read only what concerns you",
        detail,
        title_zh="仅可查阅与本人职责相关的内容",
        detail_zh=detail_zh,
        clause="四（四）",
    )


async def rows(connection: AsyncConnection, table: Table, case_id: str) -> list[dict[str, Any]]:
    """The rows of a case in a view, in the order of its key."""
    query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A row less what is not shown."""
    return {name: value for name, value in row.items() if name not in names}


def readable_sheets(row: Mapping[str, Any] | None, actor: Actor) -> dict[str, Any]:
    """The score sheets: blind until all are in, when only an expert's own is shown to them and none to anybody else."""
    if row is None:
        return {"open": False, "sheets": []}
    own = expert_id(actor)
    seen = [sheet for sheet in row["sheets"] if row["open"] or (own is not None and sheet["expert_id"] == own)]
    return {"open": row["open"], "sheets": seen}


def in_publicity() -> Select[Any]:
    """What the public is told while publicity runs."""
    columns = [CASES.c[name] for name in PUBLIC_COLUMNS]
    running = CASES.c.stage == "in-publicity"
    return select(*columns).where(running).order_by(CASES.c.publicity_ends_on)
