"""Has every effect its cause, and every cause exactly the effects that the deciders give it?"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import reduce
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from deploy.operator.frame.definitions import definitions
from services.notify.channels.addresses import AddressRules
from services.notify.channels.mail.message import sender
from services.notify.codes import KEY_FILE
from services.notify.settings import DEFAULT_SENDER
from services.notify.telling.considering import Considering
from shared.contracts.core import CST, Context, Decider, Envelope, Event, Refusal, day_in_china, derived_id, event_type
from shared.contracts.notify import DeliveryRequested
from shared.eventlog.log import EventLog
from shared.privacy.opening import personal_data
from shared.programme.policy import policy_in_force
from shared.service.contexts import system_actor
from shared.service.deadlines import DeadlineSet
from shared.service.definition import Definition
from shared.service.reactions import Consider
from shared.service.secret import secret_in
from shared.service.service import Service
from shared.service.todos import Todo

BY_THE_CLOCK = ("days_left", "days_after")
"""Fields of notify's events that say when it was decided, and not why."""
SENDING = "notify/delivery/"
"""Streams whose further events are caused by sending: by time, providers and receipts."""


@dataclass
class _Log:
    """The log by stream and command."""

    envelopes: list[Envelope]
    internal: set[int]
    streams: dict[str, list[Envelope]] = field(default_factory=lambda: defaultdict(list))
    commands: dict[UUID, list[Envelope]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for each in self.envelopes:
            self.streams[each.stream].append(each)
            self.commands[each.command_id].append(each)

    async def read_stream(self, stream: str) -> list[Envelope]:
        """As ``EventLog.read_stream``."""
        return self.streams[stream]


async def read_envelopes(operator_url: str, keys: Path) -> list[Envelope]:
    """The whole log with personal data opened."""
    found: list[Envelope] = []
    async with await EventLog.open(operator_url, sealer=personal_data(operator_url, keys, os.environ)) as log:
        while page := await log.read_all(len(found), include_internal=True):
            found += page
    return found


async def effects_follow(envelopes: Sequence[Envelope], engine: AsyncEngine, keys: Path) -> list[str]:
    """What is wrong with causes and effects. ``engine`` is notify's, to look up whom an event concerns."""
    log = _Log(list(envelopes), {each.seq for each in envelopes if event_type(each.event).internal})
    findings = list(_causes_precede(log))
    explained: set[UUID] = set()
    for definition in definitions():
        considering = _at_rest(engine, log, keys) if definition.name == "notify" else None
        async for command_id, finding in _reactions(definition, considering, log):
            explained.add(command_id)
            findings += finding
        for command_id, finding in _deadlines(definition, log):
            explained.add(command_id)
            findings += finding
    findings += _unexplained(log, explained)
    return findings


def _causes_precede(log: _Log) -> Iterator[str]:
    seqs = {each.event_id: each.seq for each in log.envelopes}
    for each in log.envelopes:
        if each.causation_id is not None and seqs.get(each.causation_id, each.seq) >= each.seq:
            yield f"seq {each.seq}: {each.type} has no cause before it ({each.causation_id})"


async def _reactions(
    definition: Definition, considering: Consider | None, log: _Log
) -> AsyncIterator[tuple[UUID, list[str]]]:
    for cause in log.envelopes:
        hidden = cause.seq in log.internal
        if cause.category not in definition.follows.reacts_to or (hidden and not definition.follows.reacts_to_internal):
            continue
        if hidden and cause.category != definition.name:
            continue
        react = await considering([cause]) if considering else definition.react
        for todo in react(cause):
            command_id = derived_id(cause.event_id, todo.name, todo.ident)
            context = Context(
                actor=system_actor(definition.name),
                now=datetime.combine(cause.effective_on, time(), CST),
                effective_on=cause.effective_on,
                command_id=command_id,
                correlation_id=cause.correlation_id,
                causation_id=cause.event_id,
                policy_version=cause.policy_version,
            )
            said = f"seq {cause.seq} {cause.type}: {todo.name} of {todo.ident}"
            yield command_id, list(_as_decided(definition, todo, context, log, said))


def _deadlines(definition: Definition, log: _Log) -> Iterator[tuple[UUID, list[str]]]:
    if definition.follows.timetable is None:
        return
    for cause in log.envelopes:
        if cause.category != definition.name:
            continue
        for change in definition.follows.timetable(cause):
            if not isinstance(change, DeadlineSet):
                continue
            due = change.due.astimezone(UTC).isoformat()  # as the table of deadlines gives it back
            command_id = derived_id(definition.name, change.ident, change.kind, due)
            written = log.commands.get(command_id)
            if not written:
                continue
            effective_on = day_in_china(change.due)
            context = Context(
                actor=system_actor(definition.name),
                now=change.due,
                effective_on=effective_on,
                command_id=command_id,
                correlation_id=str(command_id),
                policy_version=policy_in_force(effective_on).version,
            )
            said = f"deadline {change.kind} of {change.ident}"
            yield command_id, list(_as_decided(definition, definition.when_due(change), context, log, said))


def _as_decided(definition: Definition, todo: Todo, context: Context, log: _Log, said: str) -> Iterator[str]:
    """Its events are those that the decider gives where they stand; if there are none, the decider gave none."""
    decider = definition.decider_of(todo)
    stream = log.streams.get(decider.stream(todo.ident), [])
    written = log.commands.get(context.command_id, [])
    if written:
        before = stream[: written[0].version - 1]
        first = written[0].event
        if isinstance(first, DeliveryRequested):
            # It tells when it was decided, on which its being put off for the night depends.
            context = replace(context, now=first.dated)
        decided = _decide(decider, before, todo, context)
        types = [type(each) for each in decided] if not isinstance(decided, Refusal) else decided.rule.name
        if types != [type(each.event) for each in written]:
            yield f"{said}: written {[each.type for each in written]}, decided {types}"
        elif not _same(cast("tuple[Event, ...]", decided), written):
            yield f"{said}: what was written at seq {written[0].seq} is not what is decided there"
        return
    if not any(_decide(decider, stream[:end], todo, context) == () for end in range(len(stream), -1, -1)):
        yield f"{said}: led to nothing, and should have"


def _decide(decider: Decider[Any, Any], before: Sequence[Envelope], todo: Todo, context: Context) -> Any:
    if before:
        context = replace(context, policy_version=before[0].policy_version)
    state = reduce(decider.evolve, (each.event for each in before), decider.initial)
    return decider.decide(state, todo.command(context))


def _same(decided: Sequence[Event], written: Sequence[Envelope]) -> bool:
    """Whether events are equal, but for what follows from the clock at the moment of deciding."""
    for one, other in zip(decided, written, strict=True):
        by_the_clock = {name: getattr(other.event, name) for name in BY_THE_CLOCK if hasattr(one, name)}
        if replace(cast(Any, one), **by_the_clock) != other.event:
            return False
    return True


def _unexplained(log: _Log, explained: set[UUID]) -> Iterator[str]:
    known = {each.event_id: each.stream for each in log.envelopes}
    for each in log.envelopes:
        if not each.actor.startswith("system:") or each.command_id in explained:
            continue
        of_sending = each.stream.startswith(SENDING) and each.version > 1
        if not (of_sending and each.causation_id is not None and known.get(each.causation_id) == each.stream):
            yield f"seq {each.seq}: {each.type} of {each.stream} follows from nothing (command {each.command_id})"


@dataclass
class _AtRest:
    """As much of notify's service as is needed to look up whom an event concerns, its read models at the end."""

    engine: AsyncEngine
    log: _Log

    async def shown(self, _projection: str, _seq: int, *, within: float) -> bool:
        return True

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            yield await connection.execution_options(schema_translate_map={None: "notify"})


def _at_rest(engine: AsyncEngine, log: _Log, keys: Path) -> Consider:
    service = cast(Service, _AtRest(engine, log))
    return Considering(service, AddressRules(True), sender(DEFAULT_SENDER).domain, secret_in(keys, KEY_FILE))


__all__ = ["effects_follow", "read_envelopes"]
