"""Experts who may be asked for a panel: those of other panels, each with what stands in the way in this case."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.review.case.interests import conflict_of
from services.review.case.state import CaseFile
from services.review.queries import CASES
from services.review.views import experts
from shared.contracts.review import Expert
from shared.service.http.requests import Exact

EXPERTS: Final = experts.table
_OF_AN_EXPERT: Final = tuple(EXPERTS.columns)


class CandidatePage(BaseModel):
    """Which experts: those ``after`` an id, at most ``limit``, in the order of their ids; ``words`` that each stand in
    their name or their organisation's."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field("", max_length=100)
    after: str = Field("", max_length=200)
    limit: Annotated[int, Exact] = Field(300, ge=1, le=300)


async def known_experts(connection: AsyncConnection, only: CandidatePage) -> list[dict[str, Any]]:
    """Those who were named on a panel, as they were named last, with the number of running cases they sit in."""
    sits = CASES.c.seated.contains(func.jsonb_build_array(EXPERTS.c.expert_id))
    running = select(func.count()).where(sits, CASES.c.ended_on.is_(None)).correlate(EXPERTS).scalar_subquery()
    query = select(*_OF_AN_EXPERT, running.label("running")).where(EXPERTS.c.expert_id > only.after)
    for word in only.words.split():
        query = query.where(
            or_(*(EXPERTS.c[name].icontains(word, autoescape=True) for name in ("name", "organisation")))
        )
    query = query.order_by(EXPERTS.c.expert_id).limit(only.limit)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def candidate(known: dict[str, Any], file: CaseFile) -> dict[str, Any]:
    """An expert, with the conflict of interest that they have with a case."""
    expert = Expert(**{column.name: known[column.name] for column in _OF_AN_EXPERT})
    kind, reason = conflict_of(expert, file) or (None, None)
    return known | {"conflict": kind.value if kind else None, "reason": reason}


__all__ = ["CandidatePage", "candidate", "known_experts"]
