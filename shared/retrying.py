"""Trying again: pauses that grow, an action repeated until it succeeds, and a step that is repeated for ever."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Never, TypeVar

from shared.tasks import heed_cancellation

T = TypeVar("T")

SETTLED = 5.0
"""Seconds after which a step counts as well: if it fails later, the first pause is taken again."""


class Pauses:
    """Pauses between attempts: ``first`` seconds, then doubled each time up to ``most``; without ``most`` always
    ``first``. ``scatter`` is the share of each that is left to chance, so that clients do not come back all at once.
    """

    def __init__(self, first: float, most: float | None = None, *, scatter: float = 0.0) -> None:
        self.next = first
        self._first = first
        self._most = first if most is None else most
        self._scatter = scatter

    async def take(self) -> None:
        """Wait for ``next`` seconds, less what chance takes off; the next pause is longer."""
        pause = self.next * random.uniform(1 - self._scatter, 1)  # noqa: S311
        self.next = min(self.next * 2, self._most)
        await asyncio.sleep(pause)

    def begin_anew(self) -> None:
        """Take the first pause next."""
        self.next = self._first


async def retry(action: Callable[[], Awaitable[T]], *, outlives: Callable[[Exception], bool], pauses: Pauses) -> T:
    """The action's result. It is repeated after each error that ``outlives`` says yes to; any other is raised."""
    while True:
        try:
            return await action()
        except Exception as error:
            if not outlives(error):
                raise
        await pauses.take()


async def run_for_ever(
    step: Callable[[], Awaitable[object]],
    *,
    troubled: Callable[[Exception], object],
    pauses: Pauses,
    rest: float = 0.0,
    survivable: type[Exception] = Exception,
) -> Never:
    """Repeat a step until cancelled.

    An error of the type ``survivable`` is passed to ``troubled``, then a pause is taken; any other error is raised, and
    so is what ``troubled`` raises. After a step that succeeded, ``rest`` seconds pass. A step that succeeded, or that
    ran longer than ``SETTLED`` before it failed, starts the pauses anew.
    """
    now = asyncio.get_running_loop().time
    while True:
        heed_cancellation()
        began = now()
        try:
            await step()
        except survivable as error:
            if now() - began > SETTLED:
                pauses.begin_anew()
            troubled(error)
            await pauses.take()
        else:
            pauses.begin_anew()
            if rest:
                await asyncio.sleep(rest)


__all__ = ["Pauses", "retry", "run_for_ever"]
