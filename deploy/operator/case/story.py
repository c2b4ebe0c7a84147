"""A case's story, gathered from every service's events: what belongs to it, in which order, what led to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from deploy.operator.frame import records
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.times import Times, read_day, read_moment
from deploy.operator.frame.vocabulary import term_of
from shared.contracts.core import day_in_china
from shared.eventlog.log import EventLog, Search, StoredEvent
from shared.programme.dates.days import first_moment_after

_CASES = "The cases: `juqu log search --type intake`"
SHORTEST = 4
"""Characters of an id that a case is found by."""

_DAY = len("2026-03-31")
_DELIVERIES = "notify/delivery/"


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One message to one recipient: by which channel, because of which event (its type), what became of it."""

    seq: int
    on: date
    channel: str
    recipient: str
    about: str
    outcome: str


async def find_case(log: EventLog, beginning: str) -> str:
    """The case of an id or of its beginning; raises ``Unable`` where there is none, or more than one."""
    if len(beginning) < SHORTEST:
        raise Unable(f"{beginning!r}: at least {SHORTEST} characters of the case's id.", _CASES)
    events = await log.search(Search(in_stream=f"/{beginning}"), limit=records.ALL)
    cases = {records.case_of(event) for event in events if event.category not in {"notify", "operator"}}
    cases = {case for case in cases if case.startswith(beginning)}
    if len(cases) > 1:
        raise Unable(f"{beginning} is the beginning of {len(cases)} cases: {', '.join(sorted(cases))}.", _CASES)
    if not cases:
        raise Unable(f"There is no case {beginning}.", _CASES, code=NO)
    return cases.pop()


async def gather(log: EventLog, case: str) -> list[StoredEvent]:
    """Every event of a case by seq: of its own streams, those whose facts name it, and what became of its notices."""
    events = {event.seq: event for event in await log.search(Search(in_stream=case), limit=records.ALL)}
    events |= {event.seq: event for event in await log.search(Search(in_data=case), limit=records.ALL)}
    events = {seq: event for seq, event in events.items() if event.category != "operator"}
    if not events:
        raise Unable(f"There is no case {case}.", _CASES, code=NO)
    deliveries = {event.stream for event in events.values() if event.stream.startswith(_DELIVERIES)}
    if deliveries:
        sent = await log.search(Search(in_stream=_DELIVERIES), after=min(events), limit=records.ALL)
        events |= {event.seq: event for event in sent if event.stream in deliveries}
    return [events[seq] for seq in sorted(events)]


def as_of(events: Sequence[StoredEvent], at: date | datetime | None, clock: Times) -> list[StoredEvent]:
    """The events up to the end of a day in China, in the order of that clock; by recorded time also up to a moment."""
    if clock is Times.RECORDED:
        return [each for each in events if at is None or _was_recorded(each, at)]
    known = [each for each in events if at is None or each.effective_on <= at]
    return sorted(known, key=lambda each: (each.effective_on, each.seq))


def _was_recorded(event: StoredEvent, at: date | datetime) -> bool:
    return event.recorded_at <= at if isinstance(at, datetime) else event.recorded_at < first_moment_after(at)


def read_day_or_moment(text: str) -> date | datetime:
    """A day, or a moment; raises ``Unable``."""
    return read_day(text) if len(text) <= _DAY else read_moment(text)


def read_then(text: str) -> datetime:
    """The moment that a day (its end in China) or a moment means; raises ``Unable``."""
    then = read_day_or_moment(text)
    return then if isinstance(then, datetime) else first_moment_after(then) - timedelta(microseconds=1)


def times_meant(then: date | None, clock: Times | None) -> Times:
    """Which time is meant; raises ``Unable`` for a moment of effective time, which has days only."""
    if not isinstance(then, datetime):
        return clock or Times.EFFECTIVE
    if clock is Times.EFFECTIVE:
        raise Unable("A fact takes effect on a day, not at a moment.", "Give the day, or --clock recorded.")
    return Times.RECORDED


def known_and_in_effect(events: Sequence[StoredEvent], at: datetime) -> list[tuple[StoredEvent, str]]:
    """The events that were recorded by a moment, or in effect on its day in China, each with which of the two."""
    day = day_in_china(at)
    standing = []
    for event in sorted(events, key=lambda event: (event.effective_on, event.seq)):
        known, in_effect = event.recorded_at <= at, event.effective_on <= day
        if known and in_effect:
            standing.append((event, "known, in effect"))
        elif known or in_effect:
            standing.append((event, "known, not yet in effect" if known else "in effect, not yet known"))
    return standing


def is_of_a_message(event: StoredEvent) -> bool:
    """Whether it is about one message to one recipient."""
    return event.stream.startswith(_DELIVERIES)


def messages(events: Sequence[StoredEvent]) -> list[CaseMessage]:
    """The messages of a case, and what became of each by these events."""
    streams: dict[str, list[StoredEvent]] = {}
    for each in sorted(events, key=lambda event: event.seq):
        if is_of_a_message(each):
            streams.setdefault(each.stream, []).append(each)
    return [_message(history) for history in streams.values()]


def _message(events: Sequence[StoredEvent]) -> CaseMessage:
    first, last = events[0], events[-1]
    facts = records.facts_of(first)
    who = " ".join(str(facts[name]) for name in ("recipient_name", "recipient") if facts.get(name))
    return CaseMessage(
        first.seq,
        first.effective_on,
        str(facts.get("channel", "")),
        who,
        f"{facts.get('cause_type', '')} {term_of(str(facts.get('cause_type', '')), 1)}".strip(),
        term_of(last.type, last.schema_version),
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """An event in the tree of causes; ``guide`` is the line art before it."""

    event: StoredEvent
    guide: str


def tree(events: Sequence[StoredEvent]) -> Iterator[Branch]:
    """The events as a forest: each below the event that led to it, where that is among them."""
    ids = {each.event_id for each in events}
    below: dict[UUID | None, list[StoredEvent]] = {}
    for each in events:
        below.setdefault(each.causation_id if each.causation_id in ids else None, []).append(each)
    for root in below.get(None, []):
        yield Branch(root, "")
        yield from _branches(below, root, "")


def _branches(below: Mapping[UUID | None, list[StoredEvent]], of: StoredEvent, indent: str) -> Iterator[Branch]:
    children = below.get(of.event_id, [])
    for number, child in enumerate(children, start=1):
        last = number == len(children)
        yield Branch(child, indent + ("└─ " if last else "├─ "))
        yield from _branches(below, child, indent + ("   " if last else "│  "))


__all__ = [
    "Branch",
    "CaseMessage",
    "as_of",
    "find_case",
    "gather",
    "is_of_a_message",
    "known_and_in_effect",
    "messages",
    "read_day_or_moment",
    "read_then",
    "times_meant",
    "tree",
]
