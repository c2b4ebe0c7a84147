"""Notify over HTTP. No rules: deliveries, contacts and subscriptions decide, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter

from services.notify.api import (
    contacts,
    inbox,
    metrics,
    notices,
    preferences,
    providers,
    receipts,
    subscriptions,
    suppressions,
    templates,
    unsubscribe,
)
from shared.service.running import Service


def routes(service: Service) -> APIRouter:
    """Every route of notify."""
    router = APIRouter()
    for part in (notices, providers, contacts, subscriptions, suppressions, preferences):
        router.include_router(part.commands(service), tags=["commands"])
    for part in (notices, inbox, providers, contacts, preferences, suppressions, templates):
        router.include_router(part.queries(service), tags=["queries"])
    for open_to_all in (unsubscribe, receipts):
        router.include_router(open_to_all.routes(service), tags=["commands"])
    router.include_router(metrics.queries(service), tags=["health"])
    return router


__all__ = ["routes"]
