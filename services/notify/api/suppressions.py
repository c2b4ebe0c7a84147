"""Addresses to which nothing more is sent, over HTTP: operators see why, and release them."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request

from services.notify import shown
from services.notify.aggregates.suppression import SUPPRESSION, ReleaseAddress
from services.notify.views import PEOPLE
from services.notify.views.preferences import stopped_addresses
from shared.contracts.core import Actor, Role
from shared.service.commands import CommandRoutes
from shared.service.http.openapi import lists
from shared.service.http.routes import router
from shared.service.service import Service


def commands(service: Service) -> APIRouter:
    """Releasing an address."""
    suppressions = CommandRoutes(service, SUPPRESSION, prefix="/suppressions", parameter="suppression_id")
    suppressions.post("/{suppression_id}/release", ReleaseAddress, Role.OPERATOR, summary="Send to an address again")
    return suppressions.router


def queries(service: Service) -> APIRouter:
    """Which are suppressed, without the addresses."""
    asking = router()

    @asking.get(
        "/suppressions",
        summary="The addresses to which nothing more is sent, by their ids",
        responses=lists(shown.Suppression),
    )
    async def list_suppressions(
        request: Request, _actor: Annotated[Actor, Depends(service.caller(Role.OPERATOR, Role.AUDITOR))]
    ) -> list[dict[str, Any]]:
        table = stopped_addresses.table
        columns = [table.c[name] for name in shown.Suppression.model_fields]
        query = sa.select(*columns).where(table.c.until.is_(None)).order_by(table.c.since).limit(500)
        async with service.reading(request, PEOPLE.name) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    return asking
