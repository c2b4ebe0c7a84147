"""The way into one server: a silent one holds up one of us, not everybody.

It is about connecting, within a transport. How long a provider is left alone is for ``sending.breaker``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from services.notify.channels.outcome import ProviderDown

T = TypeVar("T")
SOON = 2.0
"""Seconds in which a server that is well lets us in."""


@dataclass(slots=True)
class Entrance:
    """Whether a server lets us in. Until it has done so, one at a time tries. Those who come meanwhile share what came
    of it, or go elsewhere when it takes long."""

    _answers: bool = False
    _trial: asyncio.Future[ProviderDown | None] | None = None
    _entering: dict[object, float] = field(default_factory=dict)

    async def enter(self, go_in: Callable[[], Awaitable[T]]) -> T:
        """Go in, if that may be tried now. Raises ``ProviderDown``, and what ``go_in`` raises."""
        if self._trial is not None:
            await self._as_the_trial(self._trial)
        if any(time.monotonic() - since > SOON for since in self._entering.values()):
            raise ProviderDown("it keeps those waiting who came before")
        return await self._try(go_in) if self._answers else await self._on_trial(go_in)

    def broken(self) -> None:
        """What was open is lost: the next one is a trial."""
        self._answers = False

    async def _as_the_trial(self, trial: asyncio.Future[ProviderDown | None]) -> None:
        done, _ = await asyncio.wait({trial}, timeout=SOON)
        if not done:
            raise ProviderDown("it lets nobody in")
        failed = trial.result()
        if failed is not None:
            raise type(failed)(str(failed))

    async def _on_trial(self, go_in: Callable[[], Awaitable[T]]) -> T:
        trial: asyncio.Future[ProviderDown | None] = asyncio.get_running_loop().create_future()
        self._trial, came = trial, ProviderDown("the trial was given up")
        try:
            opened = await self._try(go_in)
        except ProviderDown as error:
            came = error
            raise
        else:
            self._answers = True
            return opened
        finally:
            self._trial = None
            trial.set_result(None if self._answers else came)

    async def _try(self, go_in: Callable[[], Awaitable[T]]) -> T:
        me = object()
        self._entering[me] = time.monotonic()
        try:
            return await go_in()
        except ProviderDown:
            self.broken()
            raise
        finally:
            del self._entering[me]
