"""Appending through ``EventLog.append``: gap-free numbers, version checks, command ids, one notification a group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench import facts
from bench.task import Round, Spec, Stopwatch
from shared.contracts.core import Context
from shared.eventlog.log import EventLog


@asynccontextmanager
async def append(spec: Spec) -> AsyncIterator[Round]:
    """Commands of ``size`` events, each to a new stream, by so many callers of one process."""
    events = [facts.EVENT] * max(1, spec.size)
    async with await EventLog.open(spec.intake) as log:
        watch = Stopwatch(spec.callers, spec.seconds)

        async def act(command: tuple[str, Context]) -> None:
            stream, context = command
            await log.append(stream, 0, events, context)

        await act((facts.stream(), facts.context()))
        yield lambda: watch.measure(lambda: (facts.stream(), facts.context()), act, weight=len(events))
