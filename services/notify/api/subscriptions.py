"""Subscriptions of the public over HTTP: asked for and confirmed with the code that was sent; no login."""

from __future__ import annotations

from fastapi import APIRouter

from services.notify.api.looking_up import handlers_of
from services.notify.subscription import SUBSCRIPTION, ConfirmSubscription, EndSubscription, RequestSubscription
from shared.service.commands import CommandRoutes
from shared.service.running import Service


def commands(service: Service) -> APIRouter:
    """Asking, confirming, ending."""

    async def subscription(command: RequestSubscription) -> RequestSubscription:
        return await handlers_of(service).subscription(command)

    async def confirmed(command: ConfirmSubscription) -> ConfirmSubscription:
        return await handlers_of(service).code(command)

    async def ended(command: EndSubscription) -> EndSubscription:
        return await handlers_of(service).code(command)

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
    return public.router
