"""A row of a service's table ``parked``; ``parking`` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """An event set aside: ``state`` is "failed" for the one that failed, "held" for those behind it."""

    follower: str
    seq: int
    stream: str
    type: str
    state: str
    error: str
    trace: str
    parked_at: datetime
