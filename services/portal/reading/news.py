"""Which cases moved since a moment, within what a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.reading.scope import CASES, INSIDE, readable
from services.portal.reading.story import HIDDEN_TYPES, STORY
from services.portal.reading.todos import count_of
from shared.contracts.core import Actor

MOST: Final = 100
"""Cases that are named; beyond them it is only said that there are many."""


@dataclass(frozen=True, slots=True)
class CaseNews:
    """What happened up to the seq ``upto``: the cases that moved, each with its last event's seq; ``many`` where more
    did than are named. ``count`` is how many things the person has to do now."""

    upto: int
    cases: tuple[tuple[str, int], ...]
    many: bool
    count: int

    @property
    def empty(self) -> bool:
        """Whether nothing of theirs moved."""
        return not self.cases and not self.many

    def after(self, earlier: CaseNews | None) -> CaseNews:
        """This and what was told before it, in one."""
        if earlier is None:
            return self
        both = tuple((dict(earlier.cases) | dict(self.cases)).items())
        return CaseNews(self.upto, both[:MOST], earlier.many or self.many or len(both) > MOST, self.count)


async def news_since(connection: AsyncConnection, actor: Actor, today: date, after: int, upto: int) -> CaseNews:
    """What happened after one seq and up to another; what only the province is shown for whoever reads all."""
    last = func.max(STORY.c.seq)
    query = select(STORY.c.case_id, last).join(CASES, CASES.c.case_id == STORY.c.case_id)
    query = query.where(STORY.c.seq > after, STORY.c.seq <= upto, readable(actor, today))
    if not actor.has(*INSIDE):
        query = query.where(STORY.c.type.not_in(HIDDEN_TYPES))
    rows = (await connection.execute(query.group_by(STORY.c.case_id).order_by(last.desc()).limit(MOST + 1))).all()
    cases = tuple((str(case_id), int(seq)) for case_id, seq in rows[:MOST])
    return CaseNews(upto, cases, len(rows) > MOST, await count_of(connection, actor, today) if rows else 0)


__all__ = ["MOST", "CaseNews", "news_since"]
