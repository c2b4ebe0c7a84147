"""Loading an aggregate: its stream read, decoded and folded as a command does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench import facts
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
        runner = Runner(log)
        ident = facts.stream().rpartition("/")[2]
        await log.append(COUNTER.stream(ident), 0, [facts.EVENT] * spec.size, facts.context())
        watch = Stopwatch(1, spec.seconds)

        async def act(_: None) -> None:
            state, version = await runner.state(COUNTER, ident)
            if state != spec.size or version != spec.size:
                raise AssertionError(f"loaded {state} of {spec.size} events")

        yield lambda: watch.measure(lambda: None, act)
