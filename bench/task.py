"""What is measured: a task is opened once in a process of its own, then gives one sample a round.

Standard library only. A task is an async context manager over ``Spec`` that yields a ``Round``. What a round needs is
made ready before its clock starts.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

_SPARE = 1.6
_FIRST_GUESS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a task is told: URLs of the database by role, of Redis, and how much to do.

    ``callers`` act at a time in each process; ``seconds`` is the length of a round that has one; ``size`` is what the
    task makes of it (events in a backlog, say); ``folder`` is one to write in.
    """

    owner: str = ""
    intake: str = ""
    review: str = ""
    notify: str = ""
    relay: str = ""
    operator: str = ""
    notary: str = ""
    redis: str = ""
    callers: int = 1
    seconds: float = 1.0
    size: int = 0
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One round: ``done`` things between two readings of the machine's monotonic clock; latencies in milliseconds."""

    done: int
    began: float
    ended: float
    latencies: tuple[float, ...] = ()

    @property
    def rate(self) -> float:
        """Things a second."""
        return self.done / (self.ended - self.began)


Round = Callable[[], Awaitable[Sample]]
Task = Callable[[Spec], AbstractAsyncContextManager[Round]]


@dataclass(slots=True)
class Stopwatch:
    """Measures how many of some prepared things callers get done in a time."""

    callers: int
    seconds: float
    _expected: int = field(default=_FIRST_GUESS)

    async def measure(
        self, prepare: Callable[[], T], act: Callable[[T], Awaitable[object]], *, weight: int = 1
    ) -> Sample:
        """Have the callers act on things made by ``prepare`` until the time is over; each thing counts ``weight``."""
        things = iter([prepare() for _ in range(self._expected)])
        taken = 0

        async def caller(until: float) -> None:
            nonlocal taken
            while time.monotonic() < until:
                thing = next(things, None)
                await act(prepare() if thing is None else thing)
                taken += 1

        began = time.monotonic()
        until = began + self.seconds
        await asyncio.gather(*(caller(until) for _ in range(self.callers)))
        ended = time.monotonic()
        self._expected = max(16, int(taken * _SPARE))
        return Sample(done=taken * weight, began=began, ended=ended)


async def timed(work: Awaitable[int]) -> Sample:
    """How long a piece of work takes that says how much it was."""
    began = time.monotonic()
    done = await work
    return Sample(done=done, began=began, ended=time.monotonic())


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def chunks(total: int, size: int) -> Iterator[range]:
    """The numbers below ``total``, so many at a time."""
    for start in range(0, total, size):
        yield range(start, min(start + size, total))
