"""Providers over HTTP: how each does, pausing one, having it used again."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from dataclasses import replace
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request

from services.notify import shown
from services.notify.aggregates.provider import PROVIDER, PauseProvider, ResumeProvider
from services.notify.channels.sms.pushed import push_path, pushing
from services.notify.own import Notify
from services.notify.views.providers import providers as paused
from shared.contracts.core import Actor, Role
from shared.service.commands import CommandRoutes
from shared.service.http.openapi import lists
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]
Asked = TypeVar("Asked", PauseProvider, ResumeProvider)


def commands(service: Service) -> APIRouter:
    """Pausing and resuming."""

    async def named(command: Asked) -> Asked:
        provider = service.own(Notify).office.provider(command.provider)
        return replace(command, known=False) if provider is None else replace(command, channel=provider.channel)

    every = CommandRoutes(service, PROVIDER, prefix="/providers", parameter="provider")
    looked_up = frozenset({"channel", "known"})
    every.post(
        "/{provider}/pause",
        PauseProvider,
        Role.OPERATOR,
        summary="Give a provider nothing more",
        prepare=named,
        looked_up=looked_up,
    )
    every.post(
        "/{provider}/resume",
        ResumeProvider,
        Role.OPERATOR,
        summary="Use a paused provider again",
        prepare=named,
        looked_up=looked_up,
    )
    return every.router


def _receipts_at(service: Service, provider: str) -> str:
    """Where a provider is to push its receipts; whoever knows it is taken for the provider."""
    if pushing(provider) is None:
        return ""
    own = service.own(Notify)
    return own.settings.public_url + push_path(own.secret(), provider, own.settings.push_code)


def queries(service: Service) -> APIRouter:
    """How the providers do."""
    asking = router()

    @asking.get(
        "/providers",
        summary="The providers in the order in which they are tried, and what stops one",
        responses=lists(shown.ProviderShown),
    )
    async def list_providers(
        request: Request,
        actor: Annotated[Actor, Depends(service.caller(Role.OPERATOR, Role.AUDITOR, Role.PROVINCE))],
    ) -> list[Answer]:
        async with service.reading(request) as connection:
            rows = (await connection.execute(sa.select(paused.table))).mappings()
            pauses = {row["provider"]: dict(row) for row in rows}
        nobody = {"reason": "", "paused_by": "", "since": None}
        return [
            nobody
            | pauses.get(provider.name, {})
            | {
                "provider": provider.name,
                "channel": provider.channel.value,
                "state": "paused" if provider.name in pauses else "down" if provider.breaker.trouble else "in use",
                "trouble": provider.breaker.trouble,
                "receipts_at": _receipts_at(service, provider.name) if actor.has(Role.OPERATOR) else "",
            }
            for providers in service.own(Notify).office.providers.values()
            for provider in providers
        ]

    return asking
