"""The smallest aggregate: a tally that is counted up, in the category of intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.contracts.core import Command, Decider, Envelope, Event, Outcome, Refusal, Rule, RuleKind, event
from shared.service.deadlines import Change, DeadlineCleared, DeadlineSet
from shared.service.todos import Todo

FULL: Final = Rule("tally-is-not-full", "A tally goes to five.", "至多五次。", "-", RuleKind.STATE)
REST: Final = timedelta(days=1)


@event("计数", clause="-")
class Counted(Event):
    case_id: str
    by: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Command):
    """Count; by nothing gives nothing, and a sixth is refused."""

    case_id: str
    by: int
    why: str = "asked"


def _evolve(state: int, happened: Event) -> int:
    return state + (happened.by if isinstance(happened, Counted) else 0)


def _decide(state: int, command: Count) -> Outcome:
    if state + command.by > 5:
        return Refusal(FULL)
    if not command.by:
        return ()
    return (Counted(case_id=command.case_id, by=command.by, at=command.context.now, why=command.why),)


tally: Decider[int, Count] = Decider("intake", "tally", 0, _evolve, _decide)


def react(envelope: Envelope) -> tuple[Todo, ...]:
    """What is asked for is counted on another tally as well."""
    match envelope.event:
        case Counted(case_id=ident, by=by, why="asked"):
            echo = f"echo-{ident}"
            return (Todo("echo", echo, lambda context: Count(context=context, case_id=echo, by=by, why="echo")),)
    return ()


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """A day after something is asked for, it is late, once."""
    match envelope.event:
        case Counted(case_id=ident, at=at, why="asked"):
            return (DeadlineSet(ident, "late", at + REST),)
        case Counted(case_id=ident, why="late"):
            return (DeadlineCleared(ident, "late"),)
    return ()


def when_due(deadline: DeadlineSet) -> Todo:
    """Count once more."""
    return Todo("late", deadline.ident, lambda now: Count(context=now, case_id=deadline.ident, by=1, why="late"))
