"""What somebody is to do, what they wait for, and which last days are near: three queries, a fourth to count many,
once for all who have the same to do, and again only when something happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.reading.scope import CASES, INSIDE, scope
from services.portal.views import todos
from services.portal.views.todos import WhoseTurn
from shared.contracts.core import Actor, Role
from shared.contracts.intake import Sealer
from shared.programme.values.offices import Office
from shared.service.remembered import CountedOnce

TODOS: Final = todos.table
Found = Mapping[str, Any]
"""A row: a to-do, with what is known of its case."""

MOST_TO_DO, MOST_AWAITED, MOST_NEAR = 30, 8, 8
SOON: Final = timedelta(days=7)

_ONE_OF_US: Final = {
    Role.COUNTY: (WhoseTurn.COUNTY, WhoseTurn.APPLICANTS),
    Role.KEY_UNIT: (WhoseTurn.APPLICANTS,),
    Role.CITY: (WhoseTurn.CITY,),
    Role.PROVINCE: (WhoseTurn.PROVINCE,),
    Role.PROVINCE_LEAD: (WhoseTurn.PROVINCE, WhoseTurn.LEAD),
    Role.EXPERT: (WhoseTurn.EXPERT,),
}
_SEALERS: Final = {Role.COUNTY: Sealer.COUNTY, Role.KEY_UNIT: Sealer.KEY_UNIT}


@dataclass(frozen=True, slots=True)
class OnTheDesk:
    """``count`` is how many to-dos there are, where not all are in ``own``."""

    own: Sequence[Found]
    count: int
    awaited: Sequence[Found]
    near: Sequence[Found]


async def on_the_desk(
    connection: AsyncConnection, actor: Actor, today: date, counted: CountedOnce[int], reached: int
) -> OnTheDesk:
    """Everything that a desk shows of tables that show the seq ``reached`` at least."""
    mine, shown = own_turn(actor), _shown_to(actor)
    theirs = and_(asked_for(today), _of_cases_of(actor, today))
    own = await _first(connection, _own_turns(actor), MOST_TO_DO + 1, theirs, mine)
    awaited = await _first(connection, _turns_of_others(actor), MOST_AWAITED, theirs, ~mine, shown)
    near = TODOS.c.due_on.between(today, today + SOON)
    upcoming = await _found(connection, _by_urgency(TODOS).where(theirs, near, shown).limit(MOST_NEAR))
    count = len(own)
    if count > MOST_TO_DO:
        whose = (actor.office, actor.roles, today)
        count = await counted.get(whose, reached, partial(count_of, connection, actor, today))
    return OnTheDesk(own[:MOST_TO_DO], count, awaited, upcoming)


async def count_of(connection: AsyncConnection, actor: Actor, today: date) -> int:
    """How many things somebody has to do."""
    theirs = (asked_for(today), own_turn(actor), _of_cases_of(actor, today))
    query = select(func.count()).select_from(TODOS).where(*theirs)
    return int((await connection.execute(query)).scalar_one())


def _of_cases_of(actor: Actor, today: date) -> ColumnElement[bool]:
    """To-dos of the cases that somebody sees; whoever reads every case needs no look at the cases."""
    if actor.has(*INSIDE):
        return true()
    return TODOS.c.case_id.in_(select(CASES.c.case_id).where(scope(actor, today)))


def asked_for(today: date) -> ColumnElement[bool]:
    """Whether an act is asked for by now."""
    return and_(TODOS.c.ready, or_(TODOS.c.opens_on.is_(None), TODOS.c.opens_on <= today))


async def of_a_case(connection: AsyncConnection, case_id: str, actor: Actor, today: date) -> Sequence[Found]:
    """What a case waits for now: whose turn it is."""
    theirs = and_(asked_for(today), _of_cases_of(actor, today), _shown_to(actor))
    return await _found(connection, _by_urgency(TODOS).where(TODOS.c.case_id == case_id, theirs))


def own_turn(actor: Actor) -> ColumnElement[bool]:
    """Whether it is this person's turn; an expert's only while they owe their sheet, an applicant's while their seal
    is missing."""
    mine: ColumnElement[bool] = TODOS.c.holder.in_(turn.value for turn in _own_turns(actor))
    for role, sealer in _SEALERS.items():
        if actor.has(role):
            mine = and_(mine, or_(TODOS.c.act != "complete", TODOS.c.parts.contains([sealer.value])))
    if actor.has(Role.EXPERT):
        mine = and_(mine, TODOS.c.parts.contains([Office.parse(actor.office).code]))
    return mine


def _own_turns(actor: Actor) -> Sequence[WhoseTurn]:
    """Whose turns are this person's, some of them perhaps only in part."""
    return sorted({turn for role, those in _ONE_OF_US.items() if actor.has(role) for turn in those})


def _turns_of_others(actor: Actor) -> Sequence[WhoseTurn]:
    """Whose turns are others', some of them perhaps only in part."""
    in_part = actor.has(*_SEALERS, Role.EXPERT)
    return [turn for turn in WhoseTurn if in_part or turn not in _own_turns(actor)]


async def _first(
    connection: AsyncConnection, turns: Sequence[WhoseTurn], most: int, *conditions: ColumnElement[bool]
) -> Sequence[Found]:
    """The most urgent of all turns: as many of each, by the index of that turn, and the most urgent of these."""
    if not turns:
        return ()
    of_each = [_by_urgency(TODOS).where(TODOS.c.holder == turn.value, *conditions).limit(most) for turn in turns]
    found = union_all(*(select(each.subquery()) for each in of_each)).subquery()
    return await _found(connection, _by_urgency(found).limit(most))


def _shown_to(actor: Actor) -> ColumnElement[bool]:
    hidden = () if actor.has(*INSIDE) else ("replace",)
    return TODOS.c.act.not_in(hidden)


def _by_urgency(rows: FromClause) -> Select[Any]:
    """To-dos, the most urgent first."""
    return select(rows).order_by(rows.c.due_on.asc().nulls_last(), rows.c.seq)


def _with_cases(query: Select[Any]) -> Select[Any]:
    """To-dos with what is known of their cases."""
    rows = query.subquery()
    of_the_case = [CASES.c[name] for name in ("service", "stage", "county", "county_name", "endorser", "key_unit")]
    both = select(rows, *of_the_case).join_from(rows, CASES, rows.c.case_id == CASES.c.case_id)
    return both.order_by(rows.c.due_on.asc().nulls_last(), rows.c.seq)


async def _found(connection: AsyncConnection, query: Select[Any]) -> Sequence[Found]:
    """The to-dos of a query, with what is known of their cases."""
    return [dict(row) for row in (await connection.execute(_with_cases(query))).mappings()]


__all__ = ["Found", "OnTheDesk", "asked_for", "count_of", "of_a_case", "on_the_desk", "own_turn"]
