"""Notify over HTTP. No rules: deliveries, contacts and subscriptions decide, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter

from services.notify.api import contacts, metrics, notices, providers, subscriptions, unsubscribe
from shared.service.running import Service


def routes(service: Service) -> APIRouter:
    """Every route of notify."""
    router = APIRouter()
    for part in (notices, providers, contacts, subscriptions):
        router.include_router(part.commands(service), tags=["commands"])
    for part in (notices, providers, contacts):
        router.include_router(part.queries(service), tags=["queries"])
    router.include_router(unsubscribe.routes(service), tags=["commands"])
    router.include_router(metrics.queries(service), tags=["health"])
    return router


__all__ = ["routes"]
