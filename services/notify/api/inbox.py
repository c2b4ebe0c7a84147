"""An office's inbox: the letters to it, in the words that were sent, also where no address was known."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request

from services.notify import shown
from services.notify.views.deliveries import deliveries
from services.notify.views.notices import notices
from shared.contracts.core import Actor
from shared.contracts.notify import Channel
from shared.service.http.openapi import lists
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.service import Service

_ROWS = notices.table
_COURSE = deliveries.table.c
_SHOWN = (
    _ROWS.c.delivery_id,
    _ROWS.c.case_id,
    _ROWS.c.cause_id,
    _ROWS.c.cause_type,
    _ROWS.c.rule,
    _ROWS.c.template,
    _ROWS.c.language,
    _ROWS.c.role,
    _ROWS.c.statutory,
    _ROWS.c.requested_on,
    _COURSE.state,
    _ROWS.c.subject,
    _ROWS.c.body.label("text"),
    _ROWS.c.html,
)
_LETTERS = (
    sa.select(*_SHOWN)
    .join_from(_ROWS, deliveries.table, _ROWS.c.delivery_id == _COURSE.delivery_id)
    .where(_ROWS.c.channel == Channel.MAIL.value)
)


def queries(service: Service) -> APIRouter:
    """The inbox of whoever asks."""
    asking = router()

    @asking.get("/inbox", summary="The letters to your office, the newest first", responses=lists(shown.Letter))
    async def inbox(
        request: Request,
        actor: Annotated[Actor, Depends(service.actor)],
        *,
        case_id: UUID | None = None,
        limit: Annotated[int, Exact, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Exact, Query(ge=0, le=1_000_000)] = 0,
    ) -> list[dict[str, Any]]:
        query = _LETTERS.where(_ROWS.c.recipient == actor.office)
        if case_id is not None:
            query = query.where(_ROWS.c.case_id == str(case_id))
        query = query.order_by(_ROWS.c.requested_seq.desc()).limit(limit).offset(offset)
        async with service.reading(request) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    return asking
