"""Filling a shadow's tables with several processes, each with its partition of the streams' ids.

A row belongs to one process, which sees all of the row's events in the log's order; so each fold gives what it gives
alone. What the processes have written stays when they are killed, and can be resumed.
"""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import Any
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from shared.eventlog.personal import EventSealer
from shared.projections.engine import url_of
from shared.projections.partitions import Partition, Partitions
from shared.projections.rebuilding.filling import OutOfOrder, Progress, Report
from shared.projections.rebuilding.indexing import complete, put_off
from shared.projections.rebuilding.shadow import Shadow
from shared.projections.rebuilding.worker import Assignment, forked
from shared.projections.working_set import Spans


async def fill(
    shadow: Shadow,
    until: int,
    *,
    processes: int,
    sealer: EventSealer | None = None,
    effective: date | None = None,
    progress: Report | None = None,
) -> None:
    """Fill a shadow's tables up to the seq ``until``, each process its partition; go on where an interrupted one was.

    Raises ``OutOfOrder`` where only a single reader can decide (the tables are as they were left; begin anew).
    """
    spanning: tuple[str, ...] = ()
    while True:
        partitions = await _divide(shadow, until, processes, spanning)
        try:
            await _run(shadow, partitions, effective, sealer, progress)
            break
        except Spans as spans:
            spanning = (*partitions[0].spanning, spans.view)
            if shadow.seq:
                raise OutOfOrder(f"rows of {spans.view} are of several streams") from None
            await shadow.clear()
    try:
        async with shadow.connection.begin():
            await complete(shadow.connection, shadow.tables)
            await shadow.bookmark.advance(shadow.connection, partitions[0].until)
            await Partitions(shadow.schema).remove(shadow.connection, shadow.name)
    except IntegrityError as error:
        raise OutOfOrder(str(error)) from error
    await shadow.start()


async def _divide(shadow: Shadow, until: int, processes: int, spanning: tuple[str, ...]) -> list[Partition]:
    """The partitions, as an interrupted rebuild left them or new; indexes wait until all rows are there."""
    stored, run = Partitions(shadow.schema), uuid4().hex
    async with shadow.connection.begin():
        left = await stored.of(shadow.connection, shadow.name)
        if left:
            await stored.take_over(shadow.connection, shadow.name, run)
            return [replace(partition, run=run) for partition in left]
        new = [
            Partition(
                follower=shadow.name,
                part=number,
                of=processes,
                run=run,
                spanning=spanning,
                seq=shadow.seq,
                until=until,
            )
            for number in range(processes)
        ]
        await stored.divide(shadow.connection, new)
        if shadow.seq == 0:
            await put_off(shadow.connection, shadow.tables)
        return new


async def _run(
    shadow: Shadow,
    partitions: Sequence[Partition],
    effective: date | None,
    sealer: EventSealer | None,
    report: Report | None,
) -> None:
    assignment = Assignment(
        url_of(shadow.engine),
        shadow.projection,
        shadow.schema,
        shadow.tag,
        replace(shadow.effort, rows=max(1, shadow.effort.rows // len(partitions))),
        effective,
        pickle.dumps(sealer),
    )
    async with forked(assignment, partitions) as readers:
        meter = _Meter(shadow, partitions, report)
        outcomes = await asyncio.gather(*(_listen(reader, number, meter) for number, reader in enumerate(readers)))
    shadow.events += sum(outcome["events"] for outcome in outcomes)
    shadow.most = max(shadow.most, sum(outcome["most"] for outcome in outcomes))
    shadow.memory = max(outcome["memory"] for outcome in outcomes)


class _Meter:
    """The processes' progress as one."""

    def __init__(self, shadow: Shadow, partitions: Sequence[Partition], report: Report | None) -> None:
        self._seqs = [partition.seq for partition in partitions]
        self._events = [0] * len(partitions)
        self._until = partitions[0].until
        self._name = shadow.projection.name
        self._began = monotonic()
        self._began_at = sum(self._seqs) // len(partitions)
        self._report = report

    def advance(self, number: int, seq: int, events: int) -> None:
        """A process has come so far."""
        self._seqs[number], self._events[number] = seq, events
        if self._report:
            mean = sum(self._seqs) // len(self._seqs)
            seconds = monotonic() - self._began
            self._report(Progress(self._name, mean, self._until, sum(self._events), seconds, self._began_at))


async def _listen(reader: asyncio.StreamReader, number: int, meter: _Meter) -> dict[str, Any]:
    """What a process ends with; what it says is written in ``worker``."""
    async for line in reader:
        message = json.loads(line)
        if "spans" in message:
            raise Spans(message["spans"])
        if "order" in message:
            raise OutOfOrder(message["order"])
        if "error" in message:
            raise RuntimeError(f"a process of the rebuild failed:\n{message['error']}")
        if "most" in message:
            return dict(message)
        meter.advance(number, message["seq"], message["events"])
    raise RuntimeError("a process of the rebuild was killed; what it had written stays, and can be resumed")


__all__ = ["fill"]
