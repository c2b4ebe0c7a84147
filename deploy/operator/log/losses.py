"""What the log lost in a failover or by being restored: named, healed where it can be, and told where it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import httpx
import redis.asyncio as redis
from redis.exceptions import RedisError

from deploy.operator.frame import screen
from deploy.operator.frame.vocabulary import term_of
from shared.messaging.repair import LOST

_LISTED = 20
_COMPARING = 15.0
"""Seconds for the relay to compare the streams with the log; another relay may lead."""
_SENT = ("notify.AttemptStarted", "notify.DeliveryAccepted", "notify.DeliveryDelivered")
"""What says that a message left the house, or was about to."""


@dataclass(frozen=True, slots=True)
class Lost:
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


async def lost(redis_url: str, *, since: float = 0.0) -> list[Lost]:
    """Those that the relay took out of the streams since a moment (Unix time, seconds), each once, by seq."""
    client = redis.from_url(redis_url, decode_responses=True, socket_timeout=10, socket_connect_timeout=5)
    async with client:
        entries = cast("list[tuple[str, dict[str, str]]]", await client.xrange(LOST, min=str(int(since * 1000))))
    found = {entry["id"]: _lost(entry) for _, entry in entries}
    return sorted(found.values(), key=lambda each: each.seq)


def _lost(entry: dict[str, str]) -> Lost:
    kind, _, version = entry["type"].removeprefix("juqu.").rpartition(".v")
    return Lost(int(entry["seq"]), entry["id"], kind, int(version), entry["stream"], entry["time"])


async def tell(redis_url: str, processes: Mapping[str, str], *, since: float) -> None:
    """Say what was lost and made anew since the start began, and what nobody can take back; nothing, where all is
    well. ``processes``: where each answers."""
    reports = await _reports(processes)
    try:
        gone = await lost(redis_url, since=since)
    except (RedisError, OSError):
        gone = []
    anew = [name for report in reports for name in cast("list[str]", report.get("begun_anew", []))]
    if not gone and not anew:
        return
    head = max((int(cast("int", report["head"])) for report in reports if "head" in report), default=0)
    screen.line()
    screen.line(f"The log was rolled back, by a failover or a restored backup. It ends at seq {head}.", "red")
    if gone:
        screen.line(f"{len(gone)} events that were published are not in it any more:")
        show(gone[-_LISTED:])
        screen.line("Ask whoever did these things to do them again. They are listed by: juqu log lost")
    if anew:
        screen.line(f"Begun anew, because they held what the log has lost: {', '.join(sorted(anew))}.")
    if sent := [each for each in gone if each.sent]:
        deliveries = ", ".join(sorted({each.stream.rpartition("/")[2] for each in sent}))
        screen.line(f"Already sent, which nobody can take back, for the deliveries {deliveries}.", "red")
    elif gone:
        screen.line("No message is known to have been sent on them.")


def show(found: Sequence[Lost]) -> None:
    """As a table."""
    rows = [(each.seq, each.type, term_of(each.type, each.version), each.stream, each.time) for each in found]
    screen.table(("seq", "type", "what", "stream", "recorded"), rows, styles={"seq": "bold"})


async def _reports(processes: Mapping[str, str]) -> list[dict[str, object]]:
    """What each process says of itself, the relay once it has compared the streams with the log."""
    found: list[dict[str, object]] = []
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        for url in processes.values():
            with suppress(httpx.HTTPError, ValueError, TimeoutError):
                async with asyncio.timeout(_COMPARING):
                    while not (report := (await client.get(f"{url}/health")).json()).get("compared", True):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)
                found.append(report)
    return found


__all__ = ["Lost", "lost", "show", "tell"]
