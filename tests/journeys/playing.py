"""Playing the sample cases on a whole system, and what a play leaves behind."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import asyncpg
import redis.asyncio as redis

from deploy.database.roles import OPERATOR, ROLES
from deploy.demo.cases import Step
from deploy.demo.endings import CaseEnd, endings, rebuilds
from deploy.demo.run import playing
from deploy.local.peers import Peers
from deploy.local.stack import Stack
from tests.last_words import last_words

PATIENCE = 240.0
"""Seconds that a system may take to start on a machine that has much else to do."""


class Disturbance(Protocol):
    """What goes wrong in a play."""

    async def before(self, stack: Stack, step: Step) -> None:
        """Called before each step."""

    async def over(self) -> None:
        """Called after the last; returns when nothing more goes wrong."""


@dataclass(frozen=True)
class Effects:
    """What a system has done that others can see: events, entries ever added by Redis stream, mails and texts."""

    events: int
    entries: Mapping[str, int]
    mails: int
    texts: int


@dataclass(frozen=True)
class Rebuilding:
    """Every projection of every service rebuilt and switched while all of them went on: which were not equal, what the
    system had done before, and what after it had come to rest again."""

    unequal: list[str]
    before: Effects
    after: Effects


@dataclass(frozen=True)
class Aftermath:
    """What a play left: fates, event types by case and stream, deliveries by state, what was received, what differs."""

    endings: list[CaseEnd]
    streams: Mapping[str, list[str]]
    seqs: list[int]
    twice: list[str]
    deliveries: Mapping[str, str]
    message_ids: Counter[str]
    texts: int
    rebuilding: Rebuilding
    parked: int
    published: int
    on_redis: int
    traced: set[str]
    logged_in: set[str]
    last_words: str

    @property
    def fates(self) -> dict[str, tuple[str, str]]:
        """Expected and reached, by case."""
        return {each.case: (each.expected, each.reached) for each in self.endings}


async def play(state: Path, faults: Disturbance | None = None) -> Aftermath:
    """Play every case on a system of its own in a state folder, with ``faults`` before and while steps are taken."""
    peers = Peers(state)
    stack = Stack(state, ports="free", clock="driven", before=peers.programs, environment=peers.environment)
    try:
        await stack.start(healthy_seconds=PATIENCE)
        return await _play(stack, peers, faults)
    except BaseException as error:
        error.add_note(last_words(state / "logs"))
        raise
    finally:
        await stack.stop()


async def _play(stack: Stack, peers: Peers, faults: Disturbance | None) -> Aftermath:
    async with playing(stack) as acting:
        if faults is not None:
            acting.before = partial(faults.before, stack)
        await acting.run()
        if faults is not None:
            await faults.over()
            await acting.drive.rest()
        found = await endings(stack.role_url(OPERATOR), acting.cases, acting.old_code, acting.case_ids)
        await _receipts_are_in(stack)
        before = await _effects(stack, peers)
        rebuilt = await rebuilds({role: stack.role_url(role) for role in ROLES}, stack.state / "keys", switch=True)
        await acting.drive.rest()
        unequal = [name for name, each in rebuilt.items() if not each.switched]
        rebuilding = Rebuilding(unequal, before, await _effects(stack, peers))
        names = {ident: name for name, ident in acting.case_ids.items()}
    return await _aftermath(stack, peers, found, names, rebuilding)


async def _receipts_are_in(stack: Stack) -> None:
    """Wait for the receipts that are still to come; one that died on its way is not waited for for ever."""
    connection = await asyncpg.connect(stack.database_url)
    awaited = "select count(*) from notify.deliveries where receipt_awaited_since is not null"
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                while await connection.fetchval(awaited):
                    await asyncio.sleep(0.1)
    finally:
        await connection.close()


async def _effects(stack: Stack, peers: Peers) -> Effects:
    connection = await asyncpg.connect(stack.database_url)
    client = redis.from_url(stack.redis_url, decode_responses=True)
    try:
        events = await connection.fetchval("select count(*) from log.events")
        streams = [name async for name in client.scan_iter(_type="stream")]
        received = peers.received()
        entries = {name: (await client.xinfo_stream(name))["entries-added"] for name in streams}
        return Effects(events, entries, len(received.mails), len(received.texts))
    finally:
        await client.aclose()
        await connection.close()


async def _aftermath(
    stack: Stack, peers: Peers, found: list[CaseEnd], names: Mapping[str, str], rebuilding: Rebuilding
) -> Aftermath:
    connection = await asyncpg.connect(stack.database_url)
    client = redis.from_url(stack.redis_url)
    try:
        events = await connection.fetch("select seq, stream, type, event_id, internal from log.events order by seq")
        streams: dict[str, list[str]] = defaultdict(list)
        for event in events:
            service, aggregate, ident = event["stream"].split("/", 2)
            if ident in names:
                streams[f"{names[ident]} {service}/{aggregate}"].append(event["type"])
        ids = Counter(str(event["event_id"]) for event in events)
        deliveries = await connection.fetch("select delivery_id, state from notify.deliveries")
        parked = 0
        for schema in ("intake", "review", "lifecycle", "notify"):
            parked += await connection.fetchval(f"select count(*) from {schema}.parked")
        received = peers.received()
        request = await connection.fetchval(
            "select correlation_id from log.events where type = 'intake.ApplicationEndorsed' order by seq limit 1"
        )
        traced = await connection.fetch("select distinct type from log.events where correlation_id = $1", request)
        return Aftermath(
            endings=found,
            streams=streams,
            seqs=[event["seq"] for event in events],
            twice=[ident for ident, times in ids.items() if times > 1],
            deliveries={row["delivery_id"]: row["state"] for row in deliveries},
            message_ids=Counter(str(mail["message_id"]) for mail in received.mails),
            texts=len(received.texts),
            rebuilding=rebuilding,
            parked=parked,
            published=sum(not event["internal"] for event in events),
            on_redis=await client.xlen("events.all"),
            traced={row["type"] for row in traced},
            last_words=last_words(stack.state / "logs"),
            logged_in={name for name in stack.processes if request in stack.log_file(name).read_text(encoding="utf-8")},
        )
    finally:
        await client.aclose()
        await connection.close()
