"""Is the log whole, and does it hold what the clients were told, no more and no less?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

import asyncpg

from shared.contracts.core import derived_id
from shared.eventlog.codec import COLUMNS, StoredEvent
from tests.faults.said import Attempt, Evidence

STORED_ALTHOUGH_REFUSED = ("intake.FilingBlocked",)
"""What a refusal leaves behind on purpose (decision 7)."""


async def read_log(owner_url: str) -> list[StoredEvent]:
    """Every row, by seq, read without any code of the event log's."""
    connection = await asyncpg.connect(owner_url)
    try:
        rows = await connection.fetch(f"select {COLUMNS} from log.events order by seq")
    finally:
        await connection.close()
    return [StoredEvent(*row) for row in rows]


def is_whole(log: Sequence[StoredEvent]) -> Iterator[str]:
    """seq and versions without gaps, time never running back, a command's events together under their own ids."""
    versions: dict[str, int] = defaultdict(int)
    ordinals: dict[UUID, int] = {}
    last: StoredEvent | None = None
    for seq, event in enumerate(log, start=1):
        if event.seq != seq:
            yield f"seq {event.seq} stands where {seq} must"
            return
        versions[event.stream] += 1
        if event.version != versions[event.stream]:
            yield f"seq {seq}: {event.stream} has version {event.version} after {versions[event.stream] - 1}"
        again = last is not None and last.command_id == event.command_id
        if not again and event.command_id in ordinals:
            yield f"seq {seq}: command {event.command_id} was written before, at another place"
        ordinals[event.command_id] = ordinal = ordinals[event.command_id] + 1 if again else 0
        if event.event_id != derived_id(event.command_id, str(ordinal)):
            yield f"seq {seq}: {event.event_id} is not the id of event {ordinal} of {event.command_id}"
        if last is not None and event.recorded_at < last.recorded_at:
            yield f"seq {seq}: recorded before {last.seq}"
        if again and last is not None and (event.stream, event.recorded_at) != (last.stream, last.recorded_at):
            yield f"seq {seq}: the events of command {event.command_id} are apart"
        last = event


def holds_what_was_said(log: Sequence[StoredEvent], evidence: Evidence) -> Iterator[str]:
    """Acknowledged once, refused not at all, unanswered at most once; and nothing that nobody asked for.

    That somebody read personal data is written where they only asked: in a stream of its own, named by its command.
    """
    written: dict[UUID, list[StoredEvent]] = defaultdict(list)
    for event in log:
        written[event.command_id].append(event)
    for command_id, attempts in evidence.commands():
        yield from _of_one(attempts, written.get(command_id, []))
    for event in log:
        of_reading = event.stream.endswith(f"/reading/{event.command_id}")
        if not (event.actor.startswith("system:") or of_reading or event.command_id in evidence):
            yield f"seq {event.seq}: {event.type} by {event.actor} was asked for by nobody"


def _of_one(attempts: Sequence[Attempt], events: Sequence[StoredEvent]) -> Iterator[str]:
    for each in attempts:
        if each.status >= 500 and not each.open:
            yield f"unforeseen: {each.where}: {each.said}"
        if each.done and each.seq:
            yield from _acknowledged(each, events)
    if any(each.open for each in attempts) or not events:
        return
    types = tuple(event.type for event in events)
    if not any(each.done and each.seq for each in attempts) and types != STORED_ALTHOUGH_REFUSED:
        yield f"left {', '.join(types)} although it was not said so: {attempts[0].where}"


def _acknowledged(said: Attempt, events: Sequence[StoredEvent]) -> Iterator[str]:
    if not events:
        yield f"lost although it was acknowledged as seq {said.seq}: {said.where}"
        return
    types = tuple(event.type for event in events)
    if (said.seq, said.version, said.types) != (events[-1].seq, events[-1].version, types):
        told, found = (said.seq, said.version, *said.types), (events[-1].seq, events[-1].version, *types)
        yield f"told {told}, written {found}: {said.where}"


__all__ = ["holds_what_was_said", "is_whole", "read_log"]
