"""A case as somebody may see it, and what happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.reading.scope import CASES, INSIDE, readable
from services.portal.reading.todos import Found
from services.portal.views import story
from shared.contracts.core import Actor, day_in_china, event_type
from shared.contracts.review import NOT_FOR_OUTSIDERS

STORY: Final = story.table
MOST_STEPS = 500
HIDDEN_TYPES: Final = sorted(event_type(kind).name for kind in NOT_FOR_OUTSIDERS)
"""Events that only those are told of who read every case whole."""


async def find_case(connection: AsyncConnection, case_id: str, actor: Actor, today: date) -> Found | None:
    """A case, where there is one that this person may see."""
    query = select(CASES).where(CASES.c.case_id == case_id, readable(actor, today))
    row = (await connection.execute(query)).mappings().first()
    return dict(row) if row is not None else None


async def story_of(connection: AsyncConnection, case_id: str, actor: Actor) -> Sequence[Found]:
    """What happened, in the order of the log; without what only the province is shown, for whoever stands outside."""
    query = select(STORY).where(STORY.c.case_id == case_id)
    if not actor.has(*INSIDE):
        query = query.where(STORY.c.type.not_in(HIDDEN_TYPES))
    rows = await connection.execute(query.order_by(STORY.c.seq).limit(MOST_STEPS))
    return [dict(row) for row in rows.mappings()]


async def span_of(connection: AsyncConnection, case_id: str) -> tuple[date, date]:
    """The first and the last day of which a case has something to tell, by effect or by recording."""
    kept = STORY.c
    ends = select(
        func.min(kept.effective_on), func.max(kept.effective_on), func.min(kept.recorded_at), func.max(kept.recorded_at)
    )
    first, last, recorded, recorded_last = (await connection.execute(ends.where(kept.case_id == case_id))).one()
    return min(first, day_in_china(recorded)), max(last, day_in_china(recorded_last))


__all__ = ["HIDDEN_TYPES", "STORY", "find_case", "span_of", "story_of"]
