"""The loops a service runs, and whether they still do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from shared.service.logs import logger_of
from shared.tasks import end

logger = logger_of("background")


@dataclass
class Background:
    """The loops a service runs beside its HTTP server. The service is unhealthy when a loop ends for whatever reason,
    or while a loop reports what ``hinders`` it (by loop name)."""

    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    hinders: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop under a name."""

        async def run() -> None:
            try:
                await loop()
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                logger.critical("ended", task=name, exc_info=error)
                raise

        self.tasks[name] = asyncio.create_task(run(), name=name)

    def dead(self) -> list[str]:
        """The names of loops that have ended."""
        return sorted(name for name, task in self.tasks.items() if task.done())

    async def stop(self) -> None:
        """Cancel every loop and wait for its end."""
        await end(*self.tasks.values())
        self.tasks.clear()
