"""The event that is appended, loaded and published, and what surrounds it: 553 bytes of data, about 220 of metadata."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from shared.contracts.core import Actor, Context, Role
from shared.contracts.intake import ApplicationEndorsed
from shared.eventlog.codec import encode

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFICER = Actor("officer-0017", "李", "city:220100", frozenset({Role.CITY}))
CORRELATION = "0d9f5b8d-8d11-4e8e-9a0a-5b7c8a6e8a53"
POLICY = "2018-04-28.1"
TYPE = "intake.ApplicationEndorsed"

EVENT = ApplicationEndorsed(
    case_id="5b7c8a6e-8a53-4e8e-9a0a-0d9f5b8d8d11",
    endorser="city:220100",
    opinion="Agreed: the papers are complete and the district has what the notice asks for. " * 4 + "x" * 66,
    packet_sha256="a" * 64,
)
DATA = encode(EVENT)


def stream() -> str:
    """The name of a stream that nothing was written to."""
    return f"intake/application/{uuid4()}"


def context() -> Context:
    """What surrounds a new command."""
    return Context(
        actor=OFFICER,
        now=NOW,
        effective_on=DAY,
        command_id=uuid4(),
        correlation_id=CORRELATION,
        policy_version=POLICY,
    )
