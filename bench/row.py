"""A row of the bench: who takes part, and which bars their figures are held to."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.arena import Arena
from bench.contender import Contender, take_turn
from bench.task import Sample, percentile

Build = Callable[[Arena], Awaitable[Sequence[Contender]]]
Samples = Mapping[str, Sequence[Sample]]


class Figure(StrEnum):
    """What is read off a round."""

    RATE = "a second"
    P50 = "ms, p50"
    P95 = "ms, p95"
    P99 = "ms, p99"

    @property
    def more_is_better(self) -> bool:
        return self is Figure.RATE


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that was asked for beforehand, without anything to hold it against.

    It was asked of a machine on which ``YARDSTICK`` gave ``YARD``. A slower machine is asked for less, by what the
    yardstick gives in the same row, in turns with everybody else; a faster one is not asked for more.
    """

    figure: float

    def here(self, yard: float, figure: Figure) -> float:
        """What is asked for on a machine where the yardstick gives ``yard`` a second."""
        pace = min(1.0, yard / YARD)
        return self.figure * pace if figure.more_is_better else self.figure / pace


YARDSTICK = "pgbench insert, 32 clients"
"""The contender that tells how fast a machine is: processors, switches between processes and the disk alike."""
YARD = 17_210.0
"""Inserts a second that it gave on the two cores of which the figures were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A claim: ``ours`` reaches ``bar`` times what ``against`` does in the same run.

    ``against`` is a contender, or a number that was asked for. ``work`` is what is done, as the table says it.
    """

    work: str
    ours: str = "juqu"
    against: str | Asked
    bar: float = 1.0
    figure: Figure = Figure.RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of work. ``unit`` is what is counted; ``notes`` says what a reader must know to judge it."""

    name: str
    unit: str
    build: Build
    bars: tuple[Bar, ...]
    notes: str
    warm: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A bar and what was measured. ``ratio`` is how many times as good as ``against`` ours is."""

    bar: Bar
    ours: float
    against: float

    @property
    def ratio(self) -> float:
        return self.ours / self.against if self.bar.figure.more_is_better else self.against / self.ours

    @property
    def holds(self) -> bool:
        return self.ratio >= self.bar.bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A row that was run, with every round of every contender."""

    row: Row
    samples: Samples

    @property
    def measured(self) -> list[Measured]:
        """The row's bars, those left out whose peer did not take part."""
        bars = []
        for bar in self.row.bars:
            if isinstance(bar.against, str) and bar.against not in self.samples:
                continue
            bars.append(Measured(bar=bar, ours=self.median(bar.ours, bar.figure), against=self._against(bar)))
        return bars

    def _against(self, bar: Bar) -> float:
        if isinstance(bar.against, Asked):
            return bar.against.here(self.median(YARDSTICK, Figure.RATE), bar.figure)
        return self.median(bar.against, bar.figure)

    def median(self, contender: str, figure: Figure) -> float:
        """A contender's median over the rounds."""
        return statistics.median(self.values(contender, figure))

    def values(self, contender: str, figure: Figure) -> list[float]:
        """A contender's figure in each round."""
        return [_read(sample, figure) for sample in self.samples[contender]]


def _read(sample: Sample, figure: Figure) -> float:
    match figure:
        case Figure.RATE:
            return sample.rate
        case Figure.P50:
            return percentile(sample.latencies, 0.5)
        case Figure.P95:
            return percentile(sample.latencies, 0.95)
        case Figure.P99:
            return percentile(sample.latencies, 0.99)


async def run(row: Row, arena: Arena) -> Result:
    """Run a row: everybody warms up, then they take turns, so that what the machine does to one it does to all."""
    samples: dict[str, list[Sample]] = {}
    contenders = await row.build(arena)
    try:
        async with asyncio.TaskGroup() as opening:
            for contender in contenders:
                opening.create_task(contender.open())
        await arena.settle()
        for _ in range(row.warm):
            for contender in contenders:
                await take_turn(contender)
        for _ in range(arena.workload.rounds):
            for contender in contenders:
                samples.setdefault(contender.name, []).append(await take_turn(contender))
    finally:
        for contender in contenders:
            await contender.close()
        await arena.drop()
    return Result(row=row, samples=samples)
