"""The time line of a district: what happened, on which day, by which clause, what was said and what was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.desks.term.offices import office_of
from services.portal.desks.term.seen import Row
from services.portal.desks.term.words import DAYS, EVENTS, FACTS, Pair, value_of
from shared.contracts.core import day_in_china, persons_of

_DATED_ALREADY = frozenset({"designated_on", "filed_on", "ordered_on", "invited_on", "revoked_on"})
"""The day of the event itself: it stands beside the event."""


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """Something that an event says; ``is_day`` where it is a day. ``raw`` is what the record holds."""

    name: str
    label: Pair
    value: Pair
    is_day: bool
    raw: str


@dataclass(frozen=True, slots=True)
class CorrectedFact:
    """What a later event corrected of one."""

    label: Pair
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEvent:
    """An event of the time line. ``kind`` is its class, ``by`` the office that did it."""

    event_id: str
    kind: str
    term: Pair
    clause: str
    on: str
    recorded_at: str
    by: Pair
    facts: tuple[RecordedFact, ...]
    corrected: tuple[CorrectedFact, ...]

    def says(self, name: str) -> str:
        """What it says in a fact; empty where it says nothing."""
        return next((fact.raw for fact in self.facts if fact.name == name), "")

    @property
    def recorded_later(self) -> bool:
        """Whether it was recorded on another day than that of its effect."""
        return day_in_china(datetime.fromisoformat(self.recorded_at)).isoformat() != self.on

    @property
    def brief(self) -> tuple[RecordedFact, ...]:
        """What is told of it in one line."""
        return tuple(fact for fact in self.facts if fact.name not in _DATED_ALREADY)


def events_of(timeline: Sequence[Row]) -> list[TermEvent]:
    """The events in the order in which they were recorded."""
    return [_event(row) for row in timeline]


def of_kind(events: Sequence[TermEvent], kind: str) -> list[TermEvent]:
    """The events of a kind."""
    return [event for event in events if event.kind == kind]


def _event(row: Row) -> TermEvent:
    kind: str = row["type"].rpartition(".")[2]
    return TermEvent(
        event_id=row["event_id"],
        kind=kind,
        term=(row["term"], EVENTS.get(kind, kind)),
        clause=row["clause"],
        on=row["effective_on"],
        recorded_at=row["recorded_at"],
        by=_by(row),
        facts=tuple(_facts(row["says"], row["corrections"])),
        corrected=tuple(
            CorrectedFact(
                FACTS.get(each["field"], (each["field"], each["field"])), each["was"], each["now"], each["why"]
            )
            for each in row["corrections"]
        ),
    )


def _by(row: Row) -> Pair:
    """The office that did it; and where one of its people did it for another, that."""
    zh, en = office_of(row["office"])
    return (f"{zh}（代办）", f"{en}, on behalf of a colleague") if persons_of(row["actor"])[1] else (zh, en)


def label_of(fact: str) -> Pair:
    """What a fact is called."""
    return FACTS.get(fact, (fact, fact))


def _facts(says: Row, corrections: Sequence[Row]) -> list[RecordedFact]:
    """What an event says as it holds now: with what was corrected of it."""
    now = {**says, **{each["field"]: each["now"] for each in corrections if each["field"] in says}}
    return [
        RecordedFact(name, label, value_of(name, now[name]), name in DAYS, _raw(now[name]))
        for name, label in FACTS.items()
        if now.get(name) not in (None, "")
    ]


def _raw(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


__all__ = ["CorrectedFact", "RecordedFact", "TermEvent", "events_of", "label_of", "of_kind"]
