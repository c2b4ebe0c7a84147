"""How a case's events are said: in rows, as steps from cause to effect, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from deploy.operator.frame import records
from deploy.operator.frame.times import Times
from deploy.operator.frame.vocabulary import kind_of
from shared.eventlog.log import StoredEvent


def day_or_moment(then: date) -> str:
    """A day, or a moment as a clock in China shows it."""
    return records.local(then) if isinstance(then, datetime) else str(then)


def columns(clock: Times, *, facts: bool) -> list[str]:
    """What the cells of ``story`` are."""
    when = "recorded" if clock is Times.RECORDED else "effective"
    return [when, "seq", "cause", "what", "by", *(["facts"] if facts else [])]


def story(events: Sequence[StoredEvent], clock: Times, *, facts: bool) -> list[list[object]]:
    """Events as rows: when by that clock, what and by whom; the cause where it is among them; their facts, too."""
    seqs = {event.event_id: str(event.seq) for event in events}
    return [
        [
            records.local(event.recorded_at) if clock is Times.RECORDED else event.effective_on,
            event.seq,
            seqs.get(event.causation_id, "") if event.causation_id else "",
            records.named(event),
            by(event),
            *([_brief(event)] if facts else []),
        ]
        for event in events
    ]


def beginning(first: StoredEvent) -> str:
    """What a chain of causes began with."""
    if first.causation_id is not None:
        return f"It began with an event that this log does not show ({first.causation_id})."
    if first.office.startswith("system:"):
        return f"It began by itself: a time limit kept by {first.office.partition(':')[2]} ran out."
    return f"It began with {by(first)}."


def step(event: StoredEvent, depth: int) -> tuple[str, str]:
    """An event in a chain of causes, in two lines: what happened; by whom, under which clause and policy."""
    kind = kind_of(event.type, event.schema_version)
    guide = f"{'   ' * (depth - 1)}└─ " if depth else ""
    clause = f", clause {kind.clause}" if kind and kind.clause != "-" else ""
    policy = f", policy {event.policy_version}" if event.policy_version else ""
    what = f"{guide}{event.seq}  {event.effective_on}  {records.named(event)}"
    return what, f"{'   ' * depth}   by {by(event)}{clause}{policy}"


def by(event: StoredEvent) -> str:
    """Who did it, in which office."""
    return event.actor if event.actor == event.office else f"{event.actor} ({event.office})"


def _brief(event: StoredEvent) -> str:
    facts = records.facts_of(event)
    return "; ".join(
        f"{name}={value}" for name, value in facts.items() if name != "case_id" and value not in ("", None)
    )


__all__ = ["beginning", "by", "columns", "day_or_moment", "step", "story"]
