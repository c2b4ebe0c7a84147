"""Whether a rebuild takes the same memory however long the log is: the largest of its processes, by size of the log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from bench.arena import Arena
from bench.ours.rebuild import DELIVERED
from bench.plot import Line, draw
from bench.seeding import fill
from deploy.operator.frame.definitions import find_projection
from shared.eventlog.log import EventLog
from shared.projections.rebuilding.filling import Effort
from shared.projections.rebuilding.rebuild import drop_replay, rebuild

LARGEST = 1_000_000
MOST = 1.5
"""What the longest log may take, as a multiple of what a tenth of it takes."""

_DELIVERIES = "notify.deliveries"


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildMemory:
    """Megabytes of the largest process, and rows in memory over all of them, in rebuilding ``events``."""

    events: int
    megabytes: float
    rows: int


async def measure(arena: Arena, sizes: Sequence[int]) -> list[RebuildMemory]:
    """Rebuild notify's deliveries from a log that grows."""
    spec = await arena.fresh()
    projection = find_projection(_DELIVERIES).projection
    engine = create_async_engine("postgresql+asyncpg://" + spec.notify.partition("://")[2])
    memories, before = [], 0
    async with await EventLog.open(spec.notify) as log:
        for events in sizes:
            await fill(spec.owner, DELIVERED, events, after=before)
            before = events
            done = await rebuild(log, engine, projection, "notify", effort=Effort(worth=1))
            await drop_replay(engine, "notify", projection.name, "rebuild")
            memories.append(RebuildMemory(events=events, megabytes=done.memory / 1e6, rows=done.most_rows))
    await engine.dispose()
    await arena.drop()
    return memories


def show(memories: Sequence[RebuildMemory]) -> str:
    """A line a size."""
    return "\n".join(
        f"rebuild of {each.events:,} events: {each.megabytes:,.0f} MB in the largest process, {each.rows:,} rows"
        for each in memories
    )


def holds(memories: Sequence[RebuildMemory]) -> bool:
    """Whether the last size takes hardly more than the one before."""
    return len(memories) < 2 or memories[-1].megabytes <= MOST * memories[-2].megabytes


def write(memories: Sequence[RebuildMemory], folder: Path) -> None:
    """Write the figures and the plot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.json").write_text(json.dumps([asdict(each) for each in memories], indent=1) + "\n")
    points = [(each.events, each.megabytes, each.megabytes, each.megabytes) for each in memories]
    (folder / "memory.svg").write_text(
        draw("Memory of a rebuild of so many events, MB", [Line("largest process", points)])
    )


__all__ = ["LARGEST", "RebuildMemory", "holds", "measure", "show", "write"]
