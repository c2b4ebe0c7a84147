"""Whether an event costs the same in a small log and in a large one: ``python -m bench.flat --events 10000000``.

One log grows from ten thousand events on, tenfold at a time. At each size: append (one caller), load (any stream, of
100 events), publish (the newest 5,000 events), prove and verify (any event). What is appended is taken out again before
the log grows on. The machine does not stay the same in the minutes in which a log is filled. So each takes turns with
something like it that knows nothing of the log's size, and its growth is taken by that measure. That is an insert into
a bare table, a load from it, the same entries added by a bare client, or a single tile read and hashed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import asyncpg

from bench import memory
from bench.arena import Arena, Workload, open_arena
from bench.contender import ROOT, Contender, take_turn
from bench.memory import RebuildMemory
from bench.ours.publish import LATEST
from bench.plot import Line, draw
from bench.raw import bare
from bench.seeding import ENDORSED, fill
from bench.task import Spec
from shared.notary.growing import Tree

SMALLEST = 10_000
ALWAYS = 1_000_000
FOLDER = ROOT / "docs" / "benchmarks"
TO_WARM = 1_000_000
"""One more round that does not count for every so many events: a connection maps of the server's memory what it
touches, and a service's, which stays for days, has long touched most."""
DEAREST = 1.5
"""What an event may cost in the largest log, as a multiple of what it costs in the smallest."""

_TASKS = {
    "append": "bench.ours.append:append",
    "load": "bench.ours.load:load_any",
    "publish": "bench.ours.publish:publish_latest",
    "prove and verify": "bench.ours.notary:prove",
}
_BESIDE = {
    "append": ("bench.raw.append:insert", 0),
    "load": ("bench.raw.load:load", len(ENDORSED.events)),
    "publish": ("bench.raw.publish:xadd", LATEST),
    "prove and verify": ("bench.raw.notary:tile", 0),
}
"""What takes turns with a kind of work, whatever the size of the log, and the size that it is told."""
_ORDER = ("load", "publish", "prove and verify", "append")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one thing costs in a log of ``events``: median, least and most of the rounds, in microseconds; ``beside`` is
    the median of what took turns with it."""

    work: str
    events: int
    median: float
    least: float
    most: float
    beside: float


def sizes(largest: int) -> list[int]:
    """The sizes of the log, tenfold from the smallest; the last is ``largest``."""
    steps = []
    size = SMALLEST
    while size < largest:
        steps.append(size)
        size *= 10
    return [*steps, largest]


async def measure(arena: Arena, largest: int) -> list[Cost]:
    """Grow a log, and measure at each size."""
    spec = await arena.fresh()
    await bare.create(spec.owner)
    costs: list[Cost] = []
    reading, writing = await asyncpg.connect(spec.notary), await asyncpg.connect(spec.notary)
    tree = await Tree.load(reading, writing, 0)
    before = 0
    for events in sizes(largest):
        print(f"flat: {events:,} events ...", file=sys.stderr, flush=True)
        await fill(spec.owner, ENDORSED, events, after=before)
        while tree.size < events:
            await tree.grow(events)
        await arena.settle()
        costs += [await _cost(arena, spec, work, events) for work in _ORDER]
        await _take_out(spec.owner, events)
        before = events
    await reading.close()
    await writing.close()
    await arena.drop()
    return costs


async def _cost(arena: Arena, spec: Spec, work: str, events: int) -> Cost:
    tasks = [(_TASKS[work], 0 if work == "append" else events), _BESIDE[work]]
    async with AsyncExitStack() as opened:
        workers = [arena.workers(work, task, replace(spec, size=size)) for task, size in tasks]
        taking_turns = [await opened.enter_async_context(each) for each in workers]
        for _ in range(1 + events // TO_WARM):
            await take_turn(taking_turns[0])
        await _round(taking_turns)
        rounds = [await _round(taking_turns) for _ in range(arena.workload.rounds)]
    samples, beside = zip(*rounds, strict=True)
    return Cost(
        work=work,
        events=events,
        median=statistics.median(samples),
        least=min(samples),
        most=max(samples),
        beside=statistics.median(beside),
    )


async def _round(taking_turns: Sequence[Contender]) -> list[float]:
    return [1e6 / (await take_turn(contender)).rate for contender in taking_turns]


async def _take_out(owner_url: str, events: int) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("set session_replication_role = replica")  # the log refuses even its owner
        await connection.execute("delete from log.events where seq > $1", events)
        await connection.execute("truncate bare.events")
        await connection.execute("vacuum (analyze) log.events")
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatness:
    """One kind of work over all sizes: what it costs in the largest log, by what it costs in the smallest."""

    work: str
    smallest: Cost
    largest: Cost

    @property
    def growth(self) -> float:
        """By the measure of what stood beside."""
        grown = self.largest.median / self.smallest.median
        return grown * self.smallest.beside / self.largest.beside

    @property
    def holds(self) -> bool:
        return self.growth <= DEAREST


def flatness(costs: Sequence[Cost]) -> list[Flatness]:
    """The first and the last of each kind of work; nothing for no costs."""
    measures: list[Flatness] = []
    if not costs:
        return measures
    for work in _TASKS:
        mine = [cost for cost in costs if cost.work == work]
        measures.append(Flatness(work=work, smallest=mine[0], largest=mine[-1]))
    return measures


def show(costs: Sequence[Cost]) -> str:
    """The costs as a table of Markdown."""
    counts = sorted({cost.events for cost in costs})
    lines = [
        "| µs, median (least - most) | " + " | ".join(f"{count:,} events" for count in counts) + " | last / first |",
        "|---|" + "---:|" * (len(counts) + 1),
    ]
    for each in flatness(costs):
        cells = [
            f"{cost.median:,.0f} ({cost.least:,.0f} - {cost.most:,.0f}), bare {cost.beside:,.0f}"
            for cost in costs
            if cost.work == each.work
        ]
        lines.append(f"| {each.work} | " + " | ".join(cells) + f" | {each.growth:.2f} |")
    return "\n".join(lines)


def write(costs: Sequence[Cost], folder: Path = FOLDER) -> None:
    """Write the figures and the plot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "flatness.json").write_text(json.dumps([asdict(cost) for cost in costs], indent=1) + "\n")
    lines = [
        Line(work, [(cost.events, cost.median, cost.least, cost.most) for cost in costs if cost.work == work])
        for work in _TASKS
    ]
    (folder / "flatness.svg").write_text(draw("Cost of one in a log of so many events, µs", lines))


def keep(costs: Sequence[Cost], folder: Path = FOLDER) -> Sequence[Cost]:
    """Write the figures unless those of a larger log are there; gives those that count now."""
    known = read(folder)
    if max((cost.events for cost in known), default=0) > max((cost.events for cost in costs), default=0):
        return known
    write(costs, folder)
    return costs


def read(folder: Path = FOLDER) -> list[Cost]:
    """The figures that were written last; none where there are none."""
    file = folder / "flatness.json"
    return [Cost(**each) for each in json.loads(file.read_text())] if file.exists() else []


async def run(largest: int, workload: Workload) -> tuple[list[Cost], list[RebuildMemory]]:
    """On servers of its own; the memory of a rebuild too."""
    async with open_arena(workload) as arena:
        costs = await measure(arena, largest)
        return costs, await memory.measure(arena, sizes(min(largest, memory.LARGEST)))


def main() -> int:
    """Measure, write, print; 1 where something is not flat."""
    parser = argparse.ArgumentParser(prog="python -m bench.flat", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, help="size of the largest log")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    costs, memories = asyncio.run(run(options.events, Workload(rounds=options.rounds, seconds=options.seconds)))
    print(show(costs), memory.show(memories), sep="\n\n")
    if not options.dry:
        write(costs)
        memory.write(memories, FOLDER)
    return 0 if all(each.holds for each in flatness(costs)) and memory.holds(memories) else 1


if __name__ == "__main__":
    sys.exit(main())
