"""What somebody is to do, what they wait for, and which last days are near: one query, a second to count many, once for
all who have the same to do, and again only when something happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Text,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.reading.scope import CASES, INSIDE, scope
from services.portal.views import todos
from services.portal.views.todos import ACTS, WhoseTurn
from shared.contracts.core import Actor, Role
from shared.contracts.intake import Sealer
from shared.programme.acting import is_let
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


class _Part(StrEnum):
    """Where on a desk a to-do stands."""

    OWN = "own"
    AWAITED = "awaited"
    NEAR = "near"


async def on_the_desk(
    connection: AsyncConnection, actor: Actor, today: date, counted: CountedOnce[int], reached: int
) -> OnTheDesk:
    """Everything that a desk shows of tables that show the seq ``reached`` at least."""
    found: dict[_Part, list[Found]] = {part: [] for part in _Part}
    for row in (await connection.execute(_desk(actor, today))).mappings():
        found[_Part(row["part"])].append(row)
    own = found[_Part.OWN]
    count = len(own)
    if count > MOST_TO_DO:
        whose = (actor.office, actor.roles, actor.principal, today)
        count = await counted.get(whose, reached, partial(count_of, connection, actor, today))
    return OnTheDesk(own[:MOST_TO_DO], count, found[_Part.AWAITED], found[_Part.NEAR])


@lru_cache(maxsize=256)
def _desk(actor: Actor, today: date) -> Select[Any]:
    """The query of a desk. It is put together once for a person and a day: that takes longer than to answer it."""
    mine, shown = own_turn(actor), _shown_to(actor)
    theirs = and_(asked_for(today), _of_cases_of(actor, today))
    parts = {
        _Part.OWN: _first(_own_turns(actor), MOST_TO_DO + 1, theirs, mine),
        _Part.AWAITED: _first(_turns_of_others(actor), MOST_AWAITED, theirs, ~mine, shown),
        _Part.NEAR: _by_urgency(TODOS)
        .where(theirs, TODOS.c.due_on.between(today, today + SOON), shown)
        .limit(MOST_NEAR),
    }
    return _with_cases(union_all(*(_marked(part, query) for part, query in parts.items())))


def _marked(part: _Part, query: Select[Any]) -> Select[Any]:
    rows = query.subquery()
    return select(literal_column(f"'{part}'", Text).label("part"), rows)


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
    query = _with_cases(_by_urgency(TODOS).where(TODOS.c.case_id == case_id, theirs))
    return list((await connection.execute(query)).mappings())


def own_turn(actor: Actor) -> ColumnElement[bool]:
    """Whether it is this person's turn; an expert's only while they owe their sheet, an applicant's while their seal
    is missing, and while somebody acts for another, what they were let do."""
    mine: ColumnElement[bool] = TODOS.c.holder.in_(turn.value for turn in _own_turns(actor))
    if actor.principal is not None:
        let = (act.name for act in ACTS.values() if any(is_let(actor, each) for each in act.done_by))
        mine = and_(mine, TODOS.c.act.in_(sorted(let)))
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
    in_part = actor.has(*_SEALERS, Role.EXPERT) or actor.principal is not None
    return [turn for turn in WhoseTurn if in_part or turn not in _own_turns(actor)]


def _first(turns: Sequence[WhoseTurn], most: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    """The most urgent of all turns: as many of each, by the index of that turn, and the most urgent of these."""
    named = literal([turn.value for turn in turns], ARRAY(Text))
    each = func.unnest(named).table_valued("turn").render_derived()
    of_each = _by_urgency(TODOS).where(TODOS.c.holder == each.c.turn, *conditions).limit(most).lateral()
    return _by_urgency(of_each).select_from(each.join(of_each, true())).limit(most)


def _shown_to(actor: Actor) -> ColumnElement[bool]:
    hidden = () if actor.has(*INSIDE) else ("replace", "decide")
    return TODOS.c.act.not_in(hidden)


def _by_urgency(rows: FromClause) -> Select[Any]:
    """To-dos, the most urgent first."""
    return select(rows).order_by(rows.c.due_on.asc().nulls_last(), rows.c.seq)


def _with_cases(query: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    """To-dos with what is known of their cases."""
    rows = query.subquery()
    of_the_case = [CASES.c[name] for name in ("service", "stage", "county", "county_name", "endorser", "key_unit")]
    both = select(rows, *of_the_case).join_from(rows, CASES, rows.c.case_id == CASES.c.case_id)
    return both.order_by(rows.c.due_on.asc().nulls_last(), rows.c.seq)


__all__ = ["Found", "OnTheDesk", "asked_for", "count_of", "of_a_case", "on_the_desk", "own_turn"]
