"""Events and contexts to append, and the log as a role sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID, uuid4

from shared.contracts.core import Actor, Context, Event, Role
from shared.contracts.intake import ApplicationEndorsed
from shared.contracts.review import ScoreSheetSubmitted
from shared.eventlog.log import StoredEvent

OFFICER = Actor("li", "李", "city:220100", frozenset({Role.CITY}))
DAY = date(2026, 3, 2)


def context(command_id: UUID | None = None, *, subject: str = "li") -> Context:
    """What surrounds a command of an officer."""
    return Context(
        actor=replace(OFFICER, subject=subject),
        now=datetime(2026, 3, 2, 1, tzinfo=UTC),
        effective_on=DAY,
        command_id=command_id or uuid4(),
        correlation_id="corr-1",
        causation_id=UUID(int=7),
        policy_version="2026-1",
    )


def endorsed(opinion: str = "同意") -> Event:
    """A published event of intake."""
    return ApplicationEndorsed(case_id="case", endorser="city:220100", opinion=opinion, packet_sha256="00")


def score_sheet(comment: str = "blind") -> Event:
    """An internal event of review."""
    return ScoreSheetSubmitted(
        case_id="case", expert_id="e", scores=(), total=Decimal(80), recommended=True, comment=comment
    )


def stream(category: str = "intake") -> str:
    """A stream that nothing was written to."""
    return f"{category}/application/{uuid4()}"


def is_whole(events: list[StoredEvent], after: int = 0) -> bool:
    """Whether events follow each other without gap, reordering or time going back, streams included."""
    versions: dict[str, int] = {}
    for earlier, later in pairwise(events):
        if later.recorded_at < earlier.recorded_at:
            return False
    for place, event in enumerate(events, after + 1):
        if event.seq != place or event.version != versions.get(event.stream, event.version - 1) + 1:
            return False
        versions[event.stream] = event.version
    return True
