"""Finding cases by what somebody types: counties, units, document numbers, stages, whose turn, what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.reading.scope import CASES, INSIDE, readable
from services.portal.reading.todos import TODOS, Found, asked_for, own_turn
from services.portal.views import names
from shared.contracts.core import Actor
from shared.programme.divisions import codes_of, counties
from shared.projections.finding import page_with_words
from shared.projections.names import may_hold

PAGE: Final = 25
ME, NOBODY = "me", "nobody"
_NAMES: Final = (CASES.c.county_name, CASES.c.county_unit, CASES.c.key_unit, CASES.c.document_number)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; everything that is named must hold. ``held_by`` is ``ME``, ``NOBODY``, or an account."""

    words: tuple[str, ...] = ()
    stages: frozenset[str] = frozenset()
    held_by: str = ""
    my_turn: bool = False
    late: bool = False


async def find_cases(
    connection: AsyncConnection, actor: Actor, today: date, wanted: Wanted, page: int = 1
) -> tuple[Sequence[Found], bool]:
    """A page of the cases, those that moved last first; and whether there are more."""
    among = [readable(actor, today)]
    if wanted.held_by:
        among.append(_held(actor, wanted.held_by))
    if wanted.stages:
        among.append(CASES.c.stage.in_(sorted(wanted.stages)))
    if wanted.my_turn or wanted.late:
        among.append(_awaited(actor, today, wanted))
    found = await page_with_words(
        connection,
        CASES,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
        order=[CASES.c.seq.desc()],
        among=among,
        hold=[_about(word) for word in wanted.words],
        may_hold=[_perhaps_about(word) for word in wanted.words],
    )
    return found[:PAGE], len(found) > PAGE


def _about(word: str) -> ColumnElement[bool]:
    """Whether a case is about a word: a county or prefecture of that name or code, a unit, a document, an id."""
    found = [each.icontains(word, autoescape=True) for each in _NAMES]
    return or_(*_exactly(word), *found)


def _perhaps_about(word: str) -> ColumnElement[bool]:
    """The same by what indexes know."""
    ids = [select(CASES.c.case_id).where(each) for each in _exactly(word)]
    return CASES.c.case_id.in_(union(*ids, select(names.table.c.case_id).where(may_hold(names, word))))


def _exactly(word: str) -> Sequence[ColumnElement[bool]]:
    named = {county.code for county in counties() if word in (county.code, f"{county.prefecture}{county.name}")}
    named |= {county.code for county in counties() if word in county.name or word in county.prefecture}
    codes = frozenset().union(*map(codes_of, named)) if named else frozenset()
    return CASES.c.county.in_(sorted(codes)), CASES.c.case_id == word.lower(), CASES.c.key_uscc == word


def _held(actor: Actor, holder: str) -> ColumnElement[bool]:
    """Whether a case is held so. Whoever is not told who holds a case finds none by it."""
    if not actor.has(*INSIDE):
        return false()
    by = {ME: CASES.c.holder == actor.subject, NOBODY: and_(CASES.c.holder.is_(None), CASES.c.service == "review")}
    return by.get(holder, CASES.c.holder == holder)


def _awaited(actor: Actor, today: date, wanted: Wanted) -> ColumnElement[bool]:
    holds = [TODOS.c.case_id == CASES.c.case_id, asked_for(today)]
    if wanted.my_turn:
        holds.append(own_turn(actor))
    if wanted.late:
        holds.append(TODOS.c.due_on < today)
    return exists().where(and_(*holds))


__all__ = ["ME", "NOBODY", "PAGE", "Wanted", "find_cases"]
