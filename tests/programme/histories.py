"""Envelopes that only their type and their day matter of, and the acts that the services know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

from services.intake.application.commands import ApplicationCommand
from services.lifecycle.district.commands import DistrictCommand
from services.review.case.commands import CaseCommand
from shared.contracts.core import Envelope, Event, derived_id

ACTS = frozenset(
    f"{service}.{command.__name__}"
    for service, commands in (("intake", ApplicationCommand), ("review", CaseCommand), ("lifecycle", DistrictCommand))
    for command in get_args(commands)
)


def recorded(kind: str, on: str) -> Envelope:
    """An event of this type that took effect on a day."""
    return Envelope(
        seq=1,
        event_id=derived_id(kind, on),
        stream=f"{kind.partition('.')[0]}/any/1",
        version=1,
        type=kind,
        schema_version=1,
        event=Event(),
        actor="anybody",
        office="province",
        effective_on=date.fromisoformat(on),
        recorded_at=datetime(2020, 5, 20, 1, tzinfo=UTC),
        command_id=derived_id("command", kind, on),
        correlation_id="test",
        causation_id=None,
        policy_version="2018-04-28.1",
    )
