"""How the other processes do: their ``/health``, asked side by side, none for longer than a moment."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.portal.calling.services import Services

MOMENT = 2.0
"""Seconds that a process has to answer."""


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """What a process says of itself; ``answered`` is false where it says nothing in time."""

    process: str
    answered: bool
    report: Mapping[str, Any] = field(default_factory=dict)


async def ask_health(services: Services) -> Sequence[HealthAnswer]:
    """The answers of all processes that the portal asks, in their order."""
    return await gather(*(_ask(services, process) for process in services.addresses))


async def _ask(services: Services, process: str) -> HealthAnswer:
    try:
        answer = await services.client.get(services.addresses[process] + "/health", timeout=MOMENT)
        report = answer.json()
    except (httpx.TransportError, ValueError):
        return HealthAnswer(process, answered=False)
    return HealthAnswer(process, answered=True, report=report if isinstance(report, dict) else {})


__all__ = ["HealthAnswer", "ask_health"]
