"""What the log lost in a failover or by being restored, and which followers began anew because of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from typing import cast

import httpx
import redis.asyncio as redis
from redis.exceptions import RedisError

from shared.messaging.repair import LOST

_COMPARING = 15.0
"""Seconds for the relay to compare the streams with the log; another relay may lead."""
_SENT = ("notify.AttemptStarted", "notify.DeliveryAccepted", "notify.DeliveryDelivered")
"""What says that a message left the house, or was about to."""


@dataclass(frozen=True, slots=True)
class LostEvent:
    """An event that was published and that the log has lost; it may have been acted on meanwhile."""

    seq: int
    id: str
    type: str
    version: int
    stream: str
    time: str

    @property
    def sent(self) -> bool:
        """Whether it tells of a message that left the house."""
        return self.type in _SENT


async def find_lost(redis_url: str, *, since: float = 0.0) -> list[LostEvent]:
    """Those that the relay took out of the streams since a moment (Unix time, seconds), each once, by seq."""
    client = redis.from_url(redis_url, decode_responses=True, socket_timeout=10, socket_connect_timeout=5)
    async with client:
        entries = cast("list[tuple[str, dict[str, str]]]", await client.xrange(LOST, min=str(int(since * 1000))))
    events = {entry["id"]: _lost(entry) for _, entry in entries}
    return sorted(events.values(), key=lambda event: event.seq)


def _lost(entry: dict[str, str]) -> LostEvent:
    kind, _, version = entry["type"].removeprefix("juqu.").rpartition(".v")
    return LostEvent(int(entry["seq"]), entry["id"], kind, int(version), entry["stream"], entry["time"])


@dataclass(frozen=True, slots=True)
class Rollback:
    """The log ends at seq ``head`` without the events ``lost``; the followers ``begun_anew`` had held one of them."""

    head: int
    lost: Sequence[LostEvent]
    begun_anew: Sequence[str]

    @property
    def sent(self) -> list[LostEvent]:
        """Those that tell of a message that left the house."""
        return [event for event in self.lost if event.sent]

    def named(self, most: int) -> list[LostEvent]:
        """At most ``most`` of the lost events, in their order: what people did before what notices say of it, and the
        latest of each."""
        ranked = sorted(self.lost, key=lambda event: (event.type.startswith("notify."), -event.seq))
        return sorted(ranked[:most], key=attrgetter("seq"))

    def __bool__(self) -> bool:
        return bool(self.lost or self.begun_anew)


async def find_rollback(redis_url: str, processes: Mapping[str, str], *, since: float) -> Rollback:
    """What was lost, and made anew, since a moment (Unix time, seconds); false where all is well.

    ``processes``: where each answers.
    """
    reports = await _reports(processes)
    try:
        gone = await find_lost(redis_url, since=since)
    except (RedisError, OSError):
        gone = []
    begun_anew = [name for report in reports for name in cast("list[str]", report.get("begun_anew", []))]
    head = max((int(cast("int", report["head"])) for report in reports if "head" in report), default=0)
    return Rollback(head, gone, begun_anew)


async def _reports(processes: Mapping[str, str]) -> list[dict[str, object]]:
    """What each process says of itself, the relay once it has compared the streams with the log."""
    reports: list[dict[str, object]] = []
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        for url in processes.values():
            with suppress(httpx.HTTPError, ValueError, TimeoutError):
                async with asyncio.timeout(_COMPARING):
                    while not (report := (await client.get(f"{url}/health")).json()).get("compared", True):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)
                reports.append(report)
    return reports


__all__ = ["LostEvent", "Rollback", "find_lost", "find_rollback"]
