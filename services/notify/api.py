"""Notify over HTTP. No rules: deliveries, contacts and subscriptions decide, and ``queries`` says who reads what."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request

from services.notify import queries
from services.notify.addresses import Gate
from services.notify.contact import CONTACT, RegisterContact
from services.notify.delivery import DELIVERY, Resend
from services.notify.handlers import Handlers, secret_in
from services.notify.settings import read_notify_settings
from services.notify.subscription import SUBSCRIPTION, ConfirmSubscription, EndSubscription, RequestSubscription
from services.notify.views import PEOPLE
from services.notify.views.people import contacts
from shared.contracts.core import Actor, Role
from shared.contracts.notify import Channel
from shared.service.commands import CommandRoutes
from shared.service.identity import require
from shared.service.running import Service

Answer = dict[str, Any]
EVERY_OFFICE = (Role.COUNTY, Role.KEY_UNIT, Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD, Role.EXPERT, Role.OPERATOR)


def routes(service: Service) -> APIRouter:
    """Every route of notify."""
    router = APIRouter()
    router.include_router(_commands(service), tags=["commands"])
    router.include_router(_queries(service), tags=["queries"])
    return router


def handlers_of(service: Service) -> Handlers:
    """The handlers, by the service's settings; raises ``RuntimeError`` where it has none."""
    settings = service.settings
    allowed = read_notify_settings(settings.environment).test_addresses
    return Handlers(Gate(allowed), secret_in(settings.keys_dir))


def _commands(service: Service) -> APIRouter:
    async def contact(command: RegisterContact) -> RegisterContact:
        return await handlers_of(service).contact(command)

    async def subscription(command: RequestSubscription) -> RequestSubscription:
        return await handlers_of(service).subscription(command)

    async def confirmed(command: ConfirmSubscription) -> ConfirmSubscription:
        return await handlers_of(service).code(command)

    async def ended(command: EndSubscription) -> EndSubscription:
        return await handlers_of(service).code(command)

    notices = CommandRoutes(service, DELIVERY, prefix="/notices", parameter="delivery_id")
    notices.post(
        "/{delivery_id}/resend", Resend, Role.OPERATOR, summary="Send again what may have been sent (marked as such)"
    )
    offices = CommandRoutes(service, CONTACT, prefix="/contacts", parameter="office")
    offices.post(
        "/{office}",
        RegisterContact,
        *EVERY_OFFICE,
        summary="Register whom an office is told through",
        prepare=contact,
        looked_up=frozenset({"unusable"}),
    )
    public = CommandRoutes(service, SUBSCRIPTION, prefix="/subscriptions", parameter="subscription_id")
    public.post(
        "",
        RequestSubscription,
        summary="Subscribe to a district, or to all; a code is sent to the address",
        prepare=subscription,
        looked_up=frozenset({"unusable", "division_known"}),
        opens=True,
        public=True,
    )
    checked = frozenset({"token_right"})
    one = "/{subscription_id}"
    public.post(
        f"{one}/confirmation",
        ConfirmSubscription,
        summary="Confirm a subscription with the code",
        prepare=confirmed,
        looked_up=checked,
        public=True,
    )
    public.post(
        f"{one}/end", EndSubscription, summary="End a subscription", prepare=ended, looked_up=checked, public=True
    )
    router = APIRouter()
    for each in (notices, offices, public):
        router.include_router(each.router)
    return router


def _queries(service: Service) -> APIRouter:
    router = APIRouter()
    _notices(router, service)

    @router.get("/contacts", summary="The registered contacts of offices")
    async def list_contacts(request: Request, actor: Annotated[Actor, Depends(service.actor)]) -> list[Answer]:
        require(actor, *EVERY_OFFICE, Role.AUDITOR)
        table = contacts.table
        columns = [table.c[name] for name in ("office", "name", "phone", "email", "registered_by")]
        query = sa.select(*columns).order_by(table.c.office)
        if not actor.has(*queries.INSIDE):
            query = query.where(table.c.office == actor.office)
        async with service.reading(request, PEOPLE.name) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    return router


def _notices(router: APIRouter, service: Service) -> None:
    @router.get("/notices", summary="The notices that concern you, the oldest first")
    async def list_notices(
        request: Request,
        actor: Annotated[Actor, Depends(service.actor)],
        *,
        case_id: Annotated[str | None, Query(max_length=64)] = None,
        state: Annotated[str | None, Query(pattern="^[a-z-]{1,20}$")] = None,
        channel: Channel | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> list[Answer]:
        table = queries.NOTICES
        query = sa.select(table).where(queries.scope(actor))
        for column, wanted in ((table.c.case_id, case_id), (table.c.state, state), (table.c.channel, channel)):
            if wanted is not None:
                query = query.where(column == wanted)
        async with service.reading(request) as connection:
            rows = await connection.execute(query.order_by(table.c.requested_seq).limit(limit).offset(offset))
            return [queries.shown(row) for row in rows.mappings()]

    @router.get("/notices/{delivery_id}", summary="One notice with its attempts and receipts in time order")
    async def notice(request: Request, delivery_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        async with service.reading(request) as connection:
            return await queries.one_notice(connection, str(delivery_id), actor)
