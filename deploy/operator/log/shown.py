"""How events are shown: as rows of a table, and one with all its fields."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deploy.operator.frame import records
from deploy.operator.frame.vocabulary import kind_of, term_of
from shared.eventlog.log import StoredEvent

if TYPE_CHECKING:
    from deploy.operator.log.losses import LostEvent

COLUMNS = ("seq", "effective", "recorded", "case", "office", "type")
STYLES = {"seq": "bold", "effective": "cyan", "recorded": "dim", "type": "green"}
SHORT = 8
"""Characters of a case's id on a terminal; `case show` takes the beginning of one."""

LOST_COLUMNS = ("seq", "type", "what", "stream", "recorded")


def row(event: StoredEvent, *, short: bool) -> tuple[str, ...]:
    """An event as the cells of ``COLUMNS``; ``short``: of its case's id the beginning only."""
    case = records.case_of(event)
    return (
        str(event.seq),
        event.effective_on.isoformat(),
        records.local(event.recorded_at),
        case[:SHORT] if short else case,
        event.office,
        records.named(event),
    )


def lost_rows(events: Sequence[LostEvent]) -> list[tuple[object, ...]]:
    """Lost events as the cells of ``LOST_COLUMNS``."""
    return [(event.seq, event.type, term_of(event.type, event.version), event.stream, event.time) for event in events]


def whole(event: StoredEvent, cause: StoredEvent | None, effects: Sequence[StoredEvent]) -> list[tuple[str, object]]:
    """Every field of an event by its name, its cause and what it led to."""
    kind = kind_of(event.type, event.schema_version)
    return [
        ("event_id", event.event_id),
        ("stream", event.stream),
        ("version", event.version),
        ("case", records.case_of(event)),
        ("type", event.type),
        ("schema_version", event.schema_version),
        ("term", kind.term if kind else "unknown to this build"),
        ("clause", kind.clause if kind else ""),
        ("internal", "yes: stored and proven, not published" if event.internal else "no"),
        ("effective_on", event.effective_on),
        ("recorded_at", f"{records.local(event.recorded_at)} ({event.recorded_at.isoformat()})"),
        ("actor", event.actor),
        ("office", event.office),
        ("command_id", event.command_id),
        ("correlation_id", event.correlation_id),
        ("causation_id", _cause(event, cause)),
        ("policy_version", event.policy_version),
        ("led to", "\n".join(f"{effect.seq}  {records.named(effect)}" for effect in effects) or "-"),
        ("data", json.dumps(records.facts_of(event), ensure_ascii=False, indent=2)),
    ]


def _cause(event: StoredEvent, cause: StoredEvent | None) -> str:
    if event.causation_id is None:
        return "-"
    return f"{event.causation_id}" + (f"\n{cause.seq}  {records.named(cause)}" if cause else "")


__all__ = ["COLUMNS", "LOST_COLUMNS", "SHORT", "STYLES", "lost_rows", "row", "whole"]
