"""A projection to work on: the log and the database as its own service's role sees them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.operator.frame.definitions import Owned
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.records import opened
from deploy.operator.frame.system import System, require_login
from shared.eventlog.log import EventLog
from shared.projections.engine import open_engine
from shared.projections.rebuilding.filling import Report
from shared.projections.rebuilding.shadow import InProgress
from shared.service.law import Law

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workbench:
    """A projection with the log and the database as its own service's role sees them."""

    owned: Owned
    log: EventLog
    engine: AsyncEngine


def worked(
    system: System,
    owned: Owned,
    work: Callable[[Workbench, Report], Awaitable[T]],
    watching: Callable[[str], AbstractContextManager[Report]],
) -> T:
    """What work on a projection gives, done in the service's own role; ``watching`` is told how far it is."""

    async def run() -> T:
        url = await require_login(system, owned.role)
        async with _workbench(system, url, owned) as bench:
            with watching(owned.projection.name) as report:
                return await work(bench, report)

    try:
        return asyncio.run(run())
    except InProgress as error:
        raise Unable(f"{error}.", "Wait for it, or end it.") from None


@asynccontextmanager
async def _workbench(system: System, url: str, owned: Owned) -> AsyncIterator[Workbench]:
    engine = open_engine(url)
    try:
        async with opened(url, system, withheld=not owned.sees_personal_data) as log:
            await Law(log).read()
            yield Workbench(owned, log, engine)
    finally:
        await engine.dispose()


__all__ = ["Workbench", "worked"]
