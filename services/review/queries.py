"""What each office may read of the cases, and of each case."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.review.case.permission import expert_id
from services.review.rules import IMPARTIALITY_IS_DECLARED_FIRST
from services.review.views import cases, members, objections
from shared.contracts.core import Actor, Role, event_type
from shared.contracts.review import NOT_FOR_OUTSIDERS
from shared.programme.divisions import codes_of
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised
from shared.service.http.problems import Problem

CASES: Final = cases.table
MEMBERS: Final = members.table
OBJECTIONS: Final = objections.table

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

ANSWERED: Final = (
    "objection_id",
    "case_id",
    "filed_on",
    "upheld",
    "answer",
    "answered_on",
    "set_aside",
    "set_aside_on",
)
"""Columns of an objection that whoever has its id sees: not who objected, nor what they said."""

INSIDE_ONLY: Final = frozenset({"holder", "holder_name", "held_since"})
"""Columns of a case that only those see who read every case whole."""

PANEL_ONLY: Final = frozenset(
    {
        "panel_size",
        "declare_first",
        "sheets_received",
        "average",
        "valid_sheets",
        "recommended",
        "corrections_of_record",
    }
)
"""Columns of a case that applicants and cities do not see."""

NOT_SHOWN: Final = frozenset({"last_day", "seated", "impartial", "mine"})
"""Columns of a case for our own use, which no answer shows."""

PAPERS: Final = frozenset({"average", "valid_sheets", "recommended", "corrections_of_record", "correction_items"})
"""Columns of a case that its experts do not see before they declare their impartiality."""

WHOLE_ONLY: Final = frozenset({"corrections_of_record"})
"""Columns that a list leaves out, because they tell of people."""

EXPERT_EVENTS: Final = frozenset(event_type(kind).name for kind in NOT_FOR_OUTSIDERS)
"""The names of the events that applicants and cities are not shown."""


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
        return CASES.c.county.in_(codes_of(code))
    if actor.has(Role.KEY_UNIT):
        return CASES.c.key_uscc == normalised(code)
    if (expert := expert_id(actor)) is not None:
        return CASES.c.case_id.in_(_assigned(expert))
    return false()


def _assigned(expert: str) -> Select[tuple[str]]:
    sits = and_(MEMBERS.c.expert_id == expert, MEMBERS.c.standing == "member")
    return select(MEMBERS.c.case_id).where(sits)


def to_declare(case: Mapping[Any, Any], actor: Actor) -> bool:
    """Whether an expert has yet to declare their impartiality in a case, before they read more of it than names. Of a
    panel that was convened before declarations were on record nobody is asked once the case has ended."""
    expert = expert_id(actor)
    if inside(actor) or expert is None:
        return False
    asked = case["declare_first"] or case["ended_on"] is None
    return bool(asked and expert not in case["impartial"])


def as_seen_by(case: Mapping[Any, Any], actor: Actor) -> dict[str, Any]:
    """A case as an actor may see it; an expert is told whether they are ``to_declare`` first."""
    if inside(actor):
        return without(case, *NOT_SHOWN)
    if not actor.has(Role.EXPERT):
        return without(case, *NOT_SHOWN, *INSIDE_ONLY, *PANEL_ONLY)
    undeclared = to_declare(case, actor)
    hidden = PAPERS if undeclared else frozenset()
    return without(case, *NOT_SHOWN, *INSIDE_ONLY, *hidden) | {"to_declare": undeclared}


async def one_case(connection: AsyncConnection, case_id: str, actor: Actor) -> RowMapping:
    """A case that the actor may read. Raises ``Problem`` 404 where there is none, 403 where it is not theirs."""
    mine = scope(actor).label("mine")
    case = (await connection.execute(select(CASES, mine).where(CASES.c.case_id == case_id))).mappings().first()
    if case is None:
        raise Problem(HTTPStatus.NOT_FOUND, "case-is-known", "There is no such case", title_zh="没有该办件")
    if not case["mine"]:
        raise forbidden("this case is not one of yours", "该办件不在您的职责范围内")
    return case


async def papers(connection: AsyncConnection, case_id: str, actor: Actor) -> RowMapping:
    """A case whose papers the actor may read; raises ``Problem`` as ``one_case`` does, and 403 to an expert who has not
    declared their impartiality."""
    case = await one_case(connection, case_id, actor)
    if to_declare(case, actor):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            IMPARTIALITY_IS_DECLARED_FIRST.name,
            IMPARTIALITY_IS_DECLARED_FIRST.sentence,
            title_zh=IMPARTIALITY_IS_DECLARED_FIRST.sentence_zh,
        )
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


def holders() -> Select[Any]:
    """Everybody who holds a case that has not ended, with the number of theirs."""
    name = func.max(CASES.c.holder_name).label("holder_name")
    held = select(CASES.c.holder, name, func.count().label("cases"))
    running = held.where(CASES.c.holder.is_not(None), CASES.c.ended_on.is_(None))
    return running.group_by(CASES.c.holder).order_by(CASES.c.holder)


async def rows(connection: AsyncConnection, table: Table, case_id: str) -> list[dict[str, Any]]:
    """The rows of a case in a view, in the order of its key."""
    query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def without(row: Mapping[Any, Any], *names: str) -> dict[str, Any]:
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


async def answered(connection: AsyncConnection, objection_id: str) -> dict[str, Any]:
    """What became of an objection, for whoever has its id. Raises ``Problem`` 404 where there is none."""
    columns = [*(OBJECTIONS.c[name] for name in ANSWERED), CASES.c.county_name]
    query = select(*columns).join_from(OBJECTIONS, CASES, OBJECTIONS.c.case_id == CASES.c.case_id)
    row = (await connection.execute(query.where(OBJECTIONS.c.objection_id == objection_id))).mappings().first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "objection-is-known", "There is no such objection", title_zh="没有该异议")
    return dict(row)
