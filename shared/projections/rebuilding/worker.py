"""A process of a rebuild: forked, so that a fold may be any function; it fills the rows of one partition.

It writes lines of JSON to whoever forked it: ``seq`` and ``events`` as it goes on; at its end ``most``, ``events`` and
``memory``. Where it cannot go on it says why: ``spans`` (a view), ``order`` (a message) or ``error`` (a trace).
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
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.eventlog.wording import trace
from shared.projections.engine import open_engine
from shared.projections.partitions import Partition, Partitions
from shared.projections.projection import Projection
from shared.projections.rebuilding.filling import Effort, Filling, OutOfOrder
from shared.projections.rebuilding.partition_rows import PartitionRows, everywhere
from shared.projections.rebuilding.scan import Scan, Share
from shared.projections.working_set import Spans, Store, WorkingSet

_Send = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What every process of a rebuild is given."""

    url: str
    projection: Projection
    schema: str
    tag: str
    effort: Effort
    effective: date | None
    sealer: bytes
    """Pickled, so that each process has connections of its own."""


@asynccontextmanager
async def forked(assignment: Assignment, partitions: Sequence[Partition]) -> AsyncIterator[list[asyncio.StreamReader]]:
    """A process a partition; whoever is still there at the end is killed, as what it has not committed is void."""
    pids: list[int] = []
    ends: list[int] = []
    readers: list[asyncio.StreamReader] = []
    loop = asyncio.get_running_loop()
    gc.collect()
    gc.freeze()
    try:
        for partition in partitions:
            mine, its = os.pipe()
            ends.append(mine)
            pid = os.fork()
            if pid == 0:
                _be(assignment, partition, its, ends)
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


def _be(assignment: Assignment, partition: Partition, end: int, others: Sequence[int]) -> NoReturn:
    """The life of a forked process. Whoever began it listens at the other end; when nobody does, it ends."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for other in others:
            os.close(other)
        gc.freeze()
        gc.set_threshold(200_000, 50, 100)

        def send(message: dict[str, Any]) -> None:
            os.write(end, json.dumps(message).encode() + b"\n")

        asyncio.run(_fill(assignment, partition, send))
        code = 0
    finally:
        os._exit(code)


async def _fill(assignment: Assignment, partition: Partition, send: _Send) -> None:
    engine = open_engine(assignment.url)
    try:
        async with engine.connect() as connection:
            await _wait_for_the_one_before(connection, assignment, partition)
            filling = _filling(engine, connection, assignment, partition)
            await filling.start()
            share = Share(partition.part, partition.of, everywhere(assignment.projection, partition.spanning))
            sealer = pickle.loads(assignment.sealer)  # noqa: S301 - of our own making
            feed = Scan(
                assignment.url,
                assignment.projection,
                share,
                page=assignment.effort.page,
                effective=assignment.effective,
                sealer=sealer,
            )
            await filling.advance(
                feed, partition.until, progress=lambda done: send({"seq": done.seq, "events": done.events})
            )
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            send({"most": filling.most, "events": filling.events, "memory": memory})
    except Spans as spans:
        send({"spans": spans.view})
    except OutOfOrder as error:
        send({"order": str(error)})
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001 - told to whoever began this process
        send({"error": trace(error)})


def _filling(engine: AsyncEngine, connection: AsyncConnection, assignment: Assignment, partition: Partition) -> Filling:
    def make(stores: Mapping[str, Store], empty: bool) -> WorkingSet:
        return PartitionRows(assignment.projection, stores, partition, empty=empty)

    return Filling(
        engine,
        connection,
        assignment.projection,
        schema=assignment.schema,
        tag=assignment.tag,
        effort=assignment.effort,
        bookmark=Partitions(assignment.schema).bookmark(partition),
        make=make,
        parks=not partition.spanning,
        searches=False,
    )


async def _wait_for_the_one_before(connection: AsyncConnection, assignment: Assignment, partition: Partition) -> None:
    """A process whose parent was killed may still be writing a page: only one at a time has a partition."""
    name = func.hashtextextended(f"{assignment.schema} {partition.follower} part {partition.part}", 0)
    async with connection.begin():
        await connection.execute(select(func.pg_advisory_lock(name)))


__all__ = ["Assignment", "forked"]
