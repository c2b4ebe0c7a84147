"""Notices over HTTP: read by those whom they concern, resent by operators."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import RowMapping

from services.notify import queries as reading
from services.notify import shown
from services.notify.aggregates.delivery import DELIVERY
from services.notify.aggregates.delivery.commands import Reconcile, Resend
from services.notify.masking import masked, without_addresses
from services.notify.own import Notify
from services.notify.sending.reconciling import ask_provider
from services.notify.states import NoticeState
from shared.contracts.core import Actor, Role
from shared.contracts.notify import Channel
from shared.service.commands import CommandRoutes
from shared.service.http.openapi import answers, lists
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]
MAX_SEQ = 2**63 - 1


def commands(service: Service) -> APIRouter:
    """What operators do to a notice."""
    notices = CommandRoutes(service, DELIVERY, prefix="/notices", parameter="delivery_id", location="/notices")
    notices.post(
        "/{delivery_id}/resend",
        Resend,
        Role.OPERATOR,
        summary="Send again what did not arrive, or of which nobody knows: it may come twice, and is marked so",
    )

    async def ask(command: Reconcile) -> Reconcile:
        return await ask_provider(service, service.own(Notify).office, command)

    notices.post(
        "/{delivery_id}/reconcile",
        Reconcile,
        Role.OPERATOR,
        summary="Ask the provider what became of an attempt of which nobody knows, and settle it by its word",
        prepare=ask,
        looked_up=frozenset({"attempt", "outcome", "code", "answer", "references", "retry_at"}),
    )
    return notices.router


def _listed(row: RowMapping) -> Answer:
    """A notice as a list has it: without what tells of people."""
    plain = {name: value for name, value in row.items() if name not in shown.LIST_WITHOUT}
    return plain | {"address": masked(row["address"]), "reason": without_addresses(row["reason"])}


def queries(service: Service) -> APIRouter:
    """Who was told what, and what became of it."""
    asking = router()

    @asking.get(
        "/notices",
        summary="The notices that concern you, the oldest first unless the newest are asked for",
        responses=lists(shown.NoticeListed),
    )
    async def list_notices(
        request: Request,
        actor: Annotated[Actor, Depends(service.actor)],
        *,
        case_id: UUID | None = None,
        state: NoticeState | None = None,
        channel: Channel | None = None,
        limit: Annotated[int, Exact, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Exact, Query(ge=0, le=1_000_000)] = 0,
        order: Literal["oldest", "newest"] = "oldest",
        before: Annotated[int | None, Exact, Query(ge=0, le=MAX_SEQ, description="Asked for before this seq")] = None,
    ) -> list[Answer]:
        table, course = reading.NOTICES, reading.COURSE
        query = reading.NOTICES_WITH_STATE.where(reading.scope(actor))
        filters = (
            (table.c.case_id, str(case_id) if case_id else None),
            (course.c.state, state),
            (table.c.channel, channel),
        )
        for column, wanted in filters:
            if wanted is not None:
                query = query.where(column == wanted)
        seq = (table if state is None else course).c.requested_seq
        if before is not None:
            query = query.where(seq < before)
        query = query.order_by(seq.desc() if order == "newest" else seq).limit(limit).offset(offset)
        async with service.reading(request) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_listed(row) for row in rows]

    @asking.get(
        "/notices/{delivery_id}",
        summary="One notice with its attempts and receipts in time order",
        responses=answers(shown.NoticeWhole),
    )
    async def notice(request: Request, delivery_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        async with service.reading(request, of=str(delivery_id)) as connection:
            return await reading.one_notice(connection, str(delivery_id), actor)

    return asking
