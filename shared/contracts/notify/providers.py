"""Providers that are paused and used again."""

from __future__ import annotations

from shared.contracts.core import Event, event
from shared.contracts.notify.ways import Channel


@event("暂停服务商", clause="-", internal=True)
class ProviderPaused(Event):
    """Nothing is given to a provider until somebody resumes it: what it says is about our account, not about a message,
    or an operator wants it so."""

    provider: str
    channel: Channel
    reason: str
    paused_by: str


@event("恢复服务商", clause="-", internal=True)
class ProviderResumed(Event):
    """A provider that was paused is used again."""

    provider: str
    channel: Channel
    reason: str
    resumed_by: str
