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
    readings,
    receipts,
    subscriptions,
    suppressions,
    templates,
    unsubscribe,
)
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.service import Service


def routes(service: Service) -> APIRouter:
    """Every route of notify."""
    every = router()
    for part in (notices, providers, contacts, subscriptions, suppressions, preferences):
        every.include_router(part.commands(service), tags=["commands"])
    for part in (notices, inbox, providers, contacts, preferences, suppressions, templates, readings):
        every.include_router(part.queries(service), tags=["queries"], dependencies=[READS])
    for open_to_all in (unsubscribe, receipts):
        every.include_router(open_to_all.routes(service), tags=["commands"])
    every.include_router(metrics.queries(service), tags=["health"])
    return every


__all__ = ["routes"]
