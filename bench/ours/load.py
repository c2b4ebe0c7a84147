"""Loading an aggregate: its stream read, decoded and folded as a command does it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bench import facts
from bench.seeding import ENDORSED
from bench.task import Round, Spec, Stopwatch
from shared.contracts.core import Command, Decider, Event
from shared.eventlog.log import EventLog
from shared.service.runner import Runner


def _counted(count: int, _event: Event) -> int:
    return count + 1


def _nothing(_count: int, _command: Command) -> tuple[Event, ...]:
    return ()


COUNTER: Decider[int, Command] = Decider("intake", "application", 0, _counted, _nothing)


@asynccontextmanager
async def load(spec: Spec) -> AsyncIterator[Round]:
    """One caller loads a stream of ``size`` events again and again, through the runner that commands use."""
    async with await EventLog.open(spec.intake) as log:
        ident = facts.stream().rpartition("/")[2]
        await log.append(COUNTER.stream(ident), 0, [facts.EVENT] * spec.size, facts.context())
        yield _loading(log, spec, lambda: ident, spec.size)


@asynccontextmanager
async def load_any(spec: Spec) -> AsyncIterator[Round]:
    """One caller loads any stream of a log of ``size`` events that ``ENDORSED`` filled, a hundred events each."""
    chance = random.Random(1)  # noqa: S311
    length = len(ENDORSED.events)

    def pick() -> str:
        return ENDORSED.stream(chance.randrange(spec.size // length)).rpartition("/")[2]

    async with await EventLog.open(spec.intake) as log:
        yield _loading(log, spec, pick, length)


def _loading(log: EventLog, spec: Spec, pick: Callable[[], str], length: int) -> Round:
    runner = Runner(log)
    watch = Stopwatch(1, spec.seconds)

    async def act(ident: str) -> None:
        state, version = await runner.state(COUNTER, ident)
        if state != length or version != length:
            raise AssertionError(f"loaded {state} of {length} events")

    return lambda: watch.measure(pick, act)
