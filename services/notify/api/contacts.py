"""Contacts of offices over HTTP: registered by the office itself, the province or an operator."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request

from services.notify import shown
from services.notify.aggregates.contact import CONTACT, RegisterContact
from services.notify.own import Notify
from services.notify.queries import INSIDE
from services.notify.views import PEOPLE
from services.notify.views.people import contacts
from shared.contracts.core import Actor, Role
from shared.service.commands import CommandRoutes
from shared.service.http.openapi import lists
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]
EVERY_OFFICE = (Role.COUNTY, Role.KEY_UNIT, Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD, Role.EXPERT, Role.OPERATOR)


def commands(service: Service) -> APIRouter:
    """Registering a contact."""

    async def contact(command: RegisterContact) -> RegisterContact:
        return await service.own(Notify).handlers.contact(command)

    offices = CommandRoutes(service, CONTACT, prefix="/contacts", parameter="office")
    offices.post(
        "/{office}",
        RegisterContact,
        *EVERY_OFFICE,
        summary="Register whom an office is told through",
        prepare=contact,
        looked_up=frozenset({"unusable", "unusable_zh"}),
    )
    return offices.router


def queries(service: Service) -> APIRouter:
    """The contacts that somebody may read."""
    asking = router()

    @asking.get("/contacts", summary="The registered contacts of offices", responses=lists(shown.ContactShown))
    async def list_contacts(
        request: Request,
        actor: Annotated[Actor, Depends(service.caller(*EVERY_OFFICE, Role.AUDITOR))],
        office: Annotated[str, Query(max_length=64)] = "",
    ) -> list[Answer]:
        table = contacts.table
        columns = [table.c[name] for name in shown.ContactShown.model_fields]
        query = sa.select(*columns).order_by(table.c.office)
        if not actor.has(*INSIDE):
            query = query.where(table.c.office == actor.office)
        if office:
            query = query.where(table.c.office == office)
        async with service.reading(request, PEOPLE.name) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    return asking
