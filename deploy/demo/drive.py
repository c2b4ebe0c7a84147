"""Driving the clock: day by day to a date, so that every deadline on the way falls due on its own day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any

import asyncpg
import httpx

from shared.contracts.core import CST
from shared.eventlog.trouble import passes

Reports = Mapping[str, dict[str, Any] | None]
"""Health reports by service; ``None`` from one that does not answer."""
SETTLED = 240.0
"""Seconds that the services may take to come to rest."""


class NeverAtRest(Exception):
    """The services did not come to rest; the message says what they still had to do."""


@dataclass
class Drive:
    """Sets the driven clock (as the operator) and waits until the services have done what follows."""

    database: asyncpg.Pool
    client: httpx.AsyncClient
    services: Mapping[str, str]

    async def to(self, day: date, hour: int = 9) -> None:
        """Go to an hour of a day in China, stopping at each deadline on the way. Going back does nothing."""
        target = datetime.combine(day, clock_time(hour), CST)
        while True:
            coming = next_stop(await self.rest())
            if coming is None or coming > target:
                break
            await self._set(coming)
        await self._set(target)
        await self.rest()

    async def _set(self, at: datetime) -> None:
        now = await self._retried("select at from clock.driven")
        if now is None or at > now:
            await self._retried("select clock.set($1)", at)

    async def _retried(self, statement: str, *arguments: object) -> Any:
        end = time.monotonic() + SETTLED
        while True:
            try:
                return await self.database.fetchval(statement, *arguments)
            except Exception as error:
                if not passes(error) or time.monotonic() > end:
                    raise
                await asyncio.sleep(0.2)

    async def rest(self) -> Reports:
        """Wait until every event is published and taken in everywhere, and no deadline due; raises ``NeverAtRest``.

        Gives what every service then said: each of them was there.
        """
        end = time.monotonic() + SETTLED
        before: object = None
        busy: list[str] = []
        while time.monotonic() < end:
            reports = await self._reports()
            busy = [work for name, report in reports.items() for work in unfinished(name, report)]
            head = await self._retried("select seq from log.head()")
            now = (head, {name: (report or {}).get("head") for name, report in reports.items()})
            if not busy and before == now:
                return reports
            before = now if not busy else None
            await asyncio.sleep(0.01 if not busy else 0.03)
        raise NeverAtRest("; ".join(busy))

    async def _reports(self) -> Reports:
        names = list(self.services)
        reports = await asyncio.gather(*(self._report(self.services[name]) for name in names))
        return dict(zip(names, reports, strict=True))

    async def _report(self, url: str) -> dict[str, Any] | None:
        try:
            answer = await self.client.get(f"{url}/health")
        except httpx.TransportError:
            return None
        if "json" not in answer.headers.get("content-type", ""):
            return None
        report: dict[str, Any] = answer.json()
        return report


def next_stop(reports: Reports) -> datetime | None:
    """The first deadline that any service has before it, or morning that a notice waits for."""
    known = [report or {} for report in reports.values()]
    coming = [report.get("deadlines", {}).get("next") for report in known]
    coming += [report.get("released_next") for report in known]
    return min((datetime.fromisoformat(each) for each in coming if each), default=None)


def unfinished(name: str, report: dict[str, Any] | None) -> list[str]:
    """What a service still has to do, by its health report; a service that does not answer is not at rest."""
    if report is None or report.get("status") == "failing" or "status" not in report:
        return [f"{name} does not answer well"]
    busy = [f"{each} is {part['lag']} behind" for each, part in report.get("followers", {}).items() if part["lag"]]
    if report.get("lag"):
        busy.append(f"{name} has {report['lag']} to publish")
    if report.get("deadlines", {}).get("due"):
        busy.append(f"{name} has deadlines due")
    if report.get("sending"):
        busy.append(f"{name} has {report['sending']} notices to send")
    return busy
