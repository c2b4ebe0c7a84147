"""A projection to work on: the log and the database as its own service's role sees them, with a progress bar."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from rich.progress import Progress as Bar
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.operator.frame import screen
from deploy.operator.frame.definitions import Owned
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.records import opened
from deploy.operator.frame.system import System, require_login
from shared.eventlog.log import EventLog
from shared.projections.engine import open_engine
from shared.projections.rebuilding.filling import Progress, Report
from shared.projections.rebuilding.shadow import InProgress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workbench:
    """A projection with the log and the database as its own service's role sees them."""

    owned: Owned
    log: EventLog
    engine: AsyncEngine


def worked(system: System, owned: Owned, work: Callable[[Workbench, Report], Awaitable[T]]) -> T:
    """What work on a projection gives, with a progress bar; in the service's own role."""

    async def run() -> T:
        url = await require_login(system, owned.role)
        async with _workbench(system, url, owned) as bench:
            with screen.progress_bar() as bar:
                return await work(bench, _reporting(bar, owned.projection.name))

    try:
        return asyncio.run(run())
    except InProgress as error:
        raise Unable(f"{error}.", "Wait for it, or end it.") from None


@asynccontextmanager
async def _workbench(system: System, url: str, owned: Owned) -> AsyncIterator[Workbench]:
    engine = open_engine(url)
    try:
        async with opened(url, system) as log:
            yield Workbench(owned, log, engine)
    finally:
        await engine.dispose()


def _reporting(bar: Bar, name: str) -> Report:
    tasks: list[int] = []

    def report(progress: Progress) -> None:
        if not tasks:
            tasks.append(bar.add_task(name, total=progress.target, rate=""))
        left = progress.remaining
        speed = f"{progress.rate:,.0f} events/s" + (f", {_span(left)} to go" if left is not None else "")
        bar.update(tasks[0], completed=progress.seq, total=progress.target, rate=speed)  # type: ignore[arg-type]

    return report


def _span(seconds: float) -> str:
    """A span of time as people say it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


__all__ = ["Workbench", "worked"]
