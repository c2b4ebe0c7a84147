"""Filling a shadow's tables with several processes, each with its share of the streams' ids.

A row belongs to one process, which sees all of the row's events in the log's order; so each fold gives what it gives
alone. Processes are forked: a fold may be any function. What they have written stays when they are killed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pickle
import resource
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic
from typing import Any, NoReturn
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.eventlog.personal import Sealer
from shared.eventlog.wording import trace
from shared.projections.engine import open_engine, url_of
from shared.projections.projection import Projection
from shared.projections.rebuilding.filling import Effort, Filling, OutOfOrder, Progress, Report
from shared.projections.rebuilding.indexing import complete, put_off
from shared.projections.rebuilding.parts import Part, Parts, PartSet, everywhere
from shared.projections.rebuilding.scan import Scan, Share
from shared.projections.rebuilding.shadow import Shadow
from shared.projections.working_set import Spans, Store, WorkingSet

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Job:
    """What a process of a rebuild is given."""

    url: str
    projection: Projection
    schema: str
    tag: str
    effort: Effort
    effective: date | None
    sealer: bytes
    """Pickled, so that each process has connections of its own."""


async def fill(
    shadow: Shadow,
    until: int,
    *,
    processes: int,
    sealer: Sealer | None = None,
    effective: date | None = None,
    progress: Report | None = None,
) -> None:
    """Fill a shadow's tables up to the seq ``until``, each process its share; go on where an interrupted one was.

    Raises ``OutOfOrder`` where only a single reader can decide (the tables are as they were left; begin anew).
    """
    spanning: tuple[str, ...] = ()
    while True:
        parts = await _divide(shadow, until, processes, spanning)
        try:
            await _run(shadow, parts, effective, sealer, progress)
            break
        except Spans as found:
            spanning = (*parts[0].spanning, found.view)
            if shadow.seq:
                raise OutOfOrder(f"rows of {found.view} are of several streams") from None
            await shadow.clear()
    try:
        async with shadow.connection.begin():
            await complete(shadow.connection, shadow.tables)
            await shadow.place.advance(shadow.connection, parts[0].until)
            await Parts(shadow.schema).remove(shadow.connection, shadow.name)
    except IntegrityError as error:
        raise OutOfOrder(str(error)) from error
    await shadow.start()


async def _divide(shadow: Shadow, until: int, processes: int, spanning: tuple[str, ...]) -> list[Part]:
    """The shares, as an interrupted rebuild left them or new; indexes wait until all rows are there."""
    parts, run = Parts(shadow.schema), uuid4().hex
    async with shadow.connection.begin():
        left = await parts.of(shadow.connection, shadow.name)
        if left:
            await parts.take_over(shadow.connection, shadow.name, run)
            return [replace(each, run=run) for each in left]
        new = [
            Part(
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
        await parts.divide(shadow.connection, new)
        if shadow.seq == 0:
            await put_off(shadow.connection, shadow.tables)
        return new


async def _run(
    shadow: Shadow, parts: Sequence[Part], effective: date | None, sealer: Sealer | None, progress: Report | None
) -> None:
    job = _Job(
        url_of(shadow.engine),
        shadow.projection,
        shadow.schema,
        shadow.tag,
        replace(shadow.effort, rows=max(1, shadow.effort.rows // len(parts))),
        effective,
        pickle.dumps(sealer),
    )
    async with _forked(job, parts) as readers:
        meter = _Meter(shadow, parts, progress)
        outcomes = await asyncio.gather(*(_listen(reader, number, meter) for number, reader in enumerate(readers)))
    shadow.events += sum(each["events"] for each in outcomes)
    shadow.most = max(shadow.most, sum(each["most"] for each in outcomes))
    shadow.memory = max(each["memory"] for each in outcomes)


class _Meter:
    """The processes' progress as one."""

    def __init__(self, shadow: Shadow, parts: Sequence[Part], progress: Report | None) -> None:
        self._seqs = [each.seq for each in parts]
        self._events = [0] * len(parts)
        self._until = parts[0].until
        self._name = shadow.projection.name
        self._began = monotonic()
        self._began_at = sum(self._seqs) // len(parts)
        self._progress = progress

    def tell(self, number: int, seq: int, events: int) -> None:
        """A process has come so far."""
        self._seqs[number], self._events[number] = seq, events
        if self._progress:
            at = sum(self._seqs) // len(self._seqs)
            seconds = monotonic() - self._began
            told = Progress(self._name, at, self._until, sum(self._events), seconds, self._began_at)
            self._progress(told)


async def _listen(reader: asyncio.StreamReader, number: int, meter: _Meter) -> dict[str, Any]:
    """What a process ends with."""
    async for line in reader:
        told = json.loads(line)
        if "spans" in told:
            raise Spans(told["spans"])
        if "order" in told:
            raise OutOfOrder(told["order"])
        if "error" in told:
            raise RuntimeError(f"a process of the rebuild failed:\n{told['error']}")
        if "most" in told:
            return dict(told)
        meter.tell(number, told["seq"], told["events"])
    raise RuntimeError("a process of the rebuild was killed; what it had written stays, and can be resumed")


@asynccontextmanager
async def _forked(job: _Job, parts: Sequence[Part]) -> AsyncIterator[list[asyncio.StreamReader]]:
    """A process a share; whoever is still there at the end is killed, as what it has not committed is void."""
    pids: list[int] = []
    ends: list[int] = []
    readers: list[asyncio.StreamReader] = []
    loop = asyncio.get_running_loop()
    gc.collect()
    gc.freeze()
    try:
        for part in parts:
            mine, its = os.pipe()
            ends.append(mine)
            pid = os.fork()
            if pid == 0:
                _be(job, part, its, ends)
            pids.append(pid)
            os.close(its)
        for end in ends:
            reader = asyncio.StreamReader()
            await loop.connect_read_pipe(
                lambda reader=reader: asyncio.StreamReaderProtocol(reader),  # type: ignore[misc]
                os.fdopen(end, "rb"),
            )
            readers.append(reader)
        yield readers
    finally:
        gc.unfreeze()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(os.waitpid, pid, 0)


def _be(job: _Job, part: Part, end: int, others: Sequence[int]) -> NoReturn:
    """The life of a forked process. Whoever began it listens at the other end; when nobody does, it ends."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        for other in others:
            os.close(other)
        gc.freeze()
        gc.set_threshold(200_000, 50, 100)

        def tell(told: dict[str, Any]) -> None:
            os.write(end, json.dumps(told).encode() + b"\n")

        asyncio.run(_fill_share(job, part, tell))
        code = 0
    finally:
        os._exit(code)


async def _fill_share(job: _Job, part: Part, tell: Tell) -> None:
    engine = open_engine(job.url)
    try:
        async with engine.connect() as connection:
            await _wait_for_the_one_before(connection, job, part)
            filling = _filling(engine, connection, job, part)
            await filling.start()
            names = everywhere(job.projection, part.spanning)
            share = Share(part.part, part.of, names)
            sealer = pickle.loads(job.sealer)  # noqa: S301 - of our own making
            feed = Scan(job.url, job.projection, share, page=job.effort.page, effective=job.effective, sealer=sealer)
            await filling.advance(feed, part.until, progress=lambda at: tell({"seq": at.seq, "events": at.events}))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            tell({"most": filling.most, "events": filling.events, "memory": memory})
    except Spans as found:
        tell({"spans": found.view})
    except OutOfOrder as error:
        tell({"order": str(error)})
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001 - told to whoever began this process
        tell({"error": trace(error)})


def _filling(engine: AsyncEngine, connection: AsyncConnection, job: _Job, part: Part) -> Filling:
    def make(stores: Mapping[str, Store], empty: bool) -> WorkingSet:
        return PartSet(job.projection, stores, part, empty=empty)

    return Filling(
        engine,
        connection,
        job.projection,
        schema=job.schema,
        tag=job.tag,
        effort=job.effort,
        place=Parts(job.schema).place(part),
        make=make,
        parks=not part.spanning,
        searches=False,
    )


async def _wait_for_the_one_before(connection: AsyncConnection, job: _Job, part: Part) -> None:
    """A process whose parent was killed may still be writing a page: only one at a time has a share."""
    name = func.hashtextextended(f"{job.schema} {part.follower} part {part.part}", 0)
    async with connection.begin():
        await connection.execute(select(func.pg_advisory_lock(name)))


__all__ = ["fill"]
