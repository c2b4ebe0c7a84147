"""Who has read notices and contacts, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request

from services.notify.queries import refuse_other_cases
from services.notify.views import PEOPLE
from shared.contracts.core import Actor
from shared.service.readings.api import reading_routes
from shared.service.service import Service


def queries(service: Service) -> APIRouter:
    """The readings that notify has recorded."""

    async def refuse(request: Request, actor: Actor, case_id: str) -> None:
        async with service.reading(request, PEOPLE.name) as connection:
            await refuse_other_cases(connection, case_id, actor)

    return reading_routes(service, refuse)
