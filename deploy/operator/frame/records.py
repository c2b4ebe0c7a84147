"""Reading the log for the person at the terminal, and leaving word of it in the log."""

from __future__ import annotations

import asyncio
import getpass
import json
import shlex
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import System
from deploy.operator.frame.times import system_now
from deploy.operator.frame.vocabulary import term_of
from shared.contracts.core import CST, Actor, Context, Role, day_in_china
from shared.contracts.operator import RecordsRead
from shared.eventlog.log import CategoryForbidden, EventLog, LogUnavailable, Search, StoredEvent
from shared.privacy.opening import personal_data
from shared.privacy.withheld import Withheld

T = TypeVar("T")

_PATIENCE = 5.0
_LISTED = 1_000
_SEARCHED_BY = {"--text", "--phone", "--email", "--name", "--document"}
LAST_SEQ = 2**63 - 1
"""No log and no tree is longer: PostgreSQL's bigint."""
ALL = 1_000_000
"""As many events as a question about one case can meet."""


@asynccontextmanager
async def opened(url: str, system: System | None = None, *, withheld: bool = False) -> AsyncIterator[EventLog]:
    """The log under a login; it opens personal data where it is given the system whose keys it is to use, and reads
    it as erased where it is ``withheld`` from that login."""
    sealer = personal_data(url, system.keys, system.environment) if system and not withheld else None
    try:
        log = await EventLog.open(url, patience=_PATIENCE, sealer=Withheld() if withheld else sealer)
    except LogUnavailable as error:
        raise Unable(f"The log does not answer: {error}", "Is the system running? Start it: `juqu up`") from None
    async with log:
        yield log


def with_log(system: System, ask: Callable[[EventLog], Awaitable[T]]) -> T:
    """What a question to the log, asked in the operators' role, gives."""

    async def run() -> T:
        async with opened(system.operator_url, system) as log:
            return await ask(log)

    return asyncio.run(run())


async def event_at(log: EventLog, seq: int) -> StoredEvent:
    """The event of a seq; raises ``Unable`` where there is none."""
    events = await log.read_raw(seq - 1, limit=1, until=seq, include_internal=True)
    if not events:
        raise Unable(
            f"There is no event {seq}; the log ends at {await log.head()}.", "The newest: `juqu log tail`", code=NO
        )
    return events[0]


async def by_id(log: EventLog, event_id: UUID) -> StoredEvent | None:
    """The event of an id."""
    events = await log.search(Search(event_id=event_id), limit=1)
    return events[0] if events else None


async def caused_by(log: EventLog, event_id: UUID) -> list[StoredEvent]:
    """The events that name this one as their cause, in order."""
    return await log.search(Search(causation_id=event_id), limit=ALL, newest_first=False)


async def chain(log: EventLog, last: StoredEvent) -> list[StoredEvent]:
    """An event and what led to it, the first cause first."""
    events = [last]
    while (cause := events[0].causation_id) is not None and len(events) < _LISTED:
        before = await by_id(log, cause)
        if before is None:
            break
        events.insert(0, before)
    return events


async def readable(log: EventLog, system: System, shown: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The events with their personal data opened, after ``leave_word``."""
    await leave_word(log, system, shown)
    return list(await log.opened(shown))


async def leave_word(log: EventLog, system: System, shown: Sequence[StoredEvent]) -> None:
    """Record that these events were shown; raises ``Unable`` where that cannot be, and then nothing is to be shown."""
    cases = sorted({case_of(each) for each in shown} - {""})
    await leave_word_about(log, system, cases=cases, seqs=sorted({each.seq for each in shown}), count=len(shown))


async def leave_word_about(
    log: EventLog, system: System, *, cases: Sequence[str], seqs: Sequence[int], count: int
) -> None:
    """Like ``leave_word``, of so many events that they are not at hand."""
    now = await system_now(system)
    read = RecordsRead(
        command=shlex.join(["juqu", *without_values(sys.argv[1:])]),
        cases=tuple(cases[:_LISTED]),
        seqs=tuple(seqs[:_LISTED]),
        count=count,
    )
    context = Context(
        actor=person(),
        now=now,
        effective_on=day_in_china(now),
        command_id=uuid4(),
        correlation_id=str(uuid4()),
    )
    try:
        await log.append(f"operator/reading/{context.command_id}", 0, [read], context)
    except CategoryForbidden:
        raise Unable(
            "Events' contents are shown only where it can be recorded who read them; our login may not.",
            "Set JUQU_DATABASE_URL to the URL of juqu_operator.",
        ) from None


def without_values(words: Sequence[str]) -> list[str]:
    """A command as it was typed, but for what somebody was searched by: the log keeps for ever what it is told."""
    kept: list[str] = []
    for word in words:
        option, value, _ = word.partition("=")
        if kept and kept[-1] in _SEARCHED_BY:
            kept.append("...")
        else:
            kept.append(f"{option}=..." if value and option in _SEARCHED_BY else word)
    return kept


def person() -> Actor:
    """Whoever runs the command, by the machine's account."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "unknown"
    return Actor(f"{account}@{socket.gethostname()}", account, "operator", frozenset({Role.OPERATOR}))


def case_of(event: StoredEvent) -> str:
    """The case that an event is about; empty where it is about none."""
    case = facts_of(event).get("case_id")
    if isinstance(case, str):
        return case
    return "" if event.category in {"notify", "operator"} else event.stream.rpartition("/")[2]


def facts_of(event: StoredEvent) -> dict[str, Any]:
    """The event's own facts, as they are stored."""
    facts = json.loads(event.data)
    return facts if isinstance(facts, dict) else {}


def named(event: StoredEvent) -> str:
    """The type with its Chinese term."""
    return f"{event.type} {term_of(event.type, event.schema_version)}"


def local(moment: datetime) -> str:
    """A moment as a clock in China shows it."""
    return f"{moment.astimezone(CST):%Y-%m-%d %H:%M:%S}"


def as_plain(event: StoredEvent, *, facts: bool = True) -> dict[str, object]:
    """The whole envelope, for machines."""
    plain: dict[str, object] = {name: getattr(event, name) for name in StoredEvent.__struct_fields__ if name != "data"}
    plain["effective_on"] = event.effective_on.isoformat()
    plain["recorded_at"] = event.recorded_at.isoformat()
    plain |= {"term": term_of(event.type, event.schema_version), "case_id": case_of(event)}
    return plain | {"data": facts_of(event)} if facts else plain


__all__ = [
    "ALL",
    "as_plain",
    "by_id",
    "case_of",
    "caused_by",
    "chain",
    "event_at",
    "facts_of",
    "leave_word",
    "leave_word_about",
    "local",
    "named",
    "opened",
    "person",
    "readable",
    "with_log",
    "without_values",
]
