"""A run: the system at work under faults, then healed, at rest, and judged."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import msgspec
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.database.roles import OPERATOR, ROLES
from deploy.demo.cases import read_cases
from deploy.demo.contacts import register_contacts
from deploy.demo.drive import Drive, NeverAtRest
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.faults.aftermath import no_line_is_lost, nothing_parked, read_models_equal, redis_equals
from tests.faults.arena import Arena
from tests.faults.calendar import Calendar
from tests.faults.causes import effects_follow, read_envelopes
from tests.faults.client import Client
from tests.faults.folds import folds_equal
from tests.faults.history import holds_what_was_said, is_whole, read_log
from tests.faults.hostile import Hostile
from tests.faults.mischief import Mischief
from tests.faults.plan import Fault, plan
from tests.faults.proofs import history_is_proven
from tests.faults.said import Evidence
from tests.faults.sent import sent_once
from tests.faults.timeline import Timeline
from tests.faults.witness import Witness

TEMPLATES = ("DEMO-A", "DEMO-B", "DEMO-C", "DEMO-D", "DEMO-E")


@dataclass(frozen=True)
class Terms:
    """Of a run, in seconds: ``longest`` is the longest fault, ``between`` the mean time from fault to fault, ``day``
    how long a day takes. After ``rest`` without any progress the healed system is at rest."""

    seed: int
    seconds: float
    clients: int = 12
    longest: float = 8.0
    between: float = 2.5
    day: float = 0.5
    rest: float = 300.0
    megabytes: int = 1024


@dataclass
class Outcome:
    """What a run found. ``findings`` is empty where the history holds."""

    findings: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    events: int = 0
    steps: int = 0
    cases: int = 0
    requests: dict[str, int] = field(default_factory=dict)
    attacks: dict[int, int] = field(default_factory=dict)
    skipped: str = ""
    took: dict[str, float] = field(default_factory=dict)


async def campaign(folder: Path, terms: Terms, timeline: Timeline) -> Outcome:
    """Run and judge. Raises what keeps the system from starting at all."""
    outcome = Outcome(faults=plan(terms.seed, terms.seconds, longest=terms.longest, between=terms.between))
    arena = Arena(folder, timeline, megabytes=terms.megabytes)
    outcome.skipped = arena.no_disk
    timeline.note("terms", terms=terms, skipped=arena.no_disk)
    evidence = Evidence()
    began = time.monotonic()
    async with arena:
        timeline.note("started")
        outcome.took["start"] = _lap(began)
        began = time.monotonic()
        clients = await _work(arena, terms, evidence, outcome)
        outcome.took["work"] = _lap(began)
        outcome.steps = sum(each.steps_done for each in clients)
        outcome.cases = sum(len(each.case_ids) for each in clients)
        outcome.requests = evidence.counts()
        began = time.monotonic()
        outcome.findings += await _rest(arena, terms)
        outcome.took["rest"] = _lap(began)
        began = time.monotonic()
        await _judge(arena, evidence, outcome)
        outcome.took["judging"] = _lap(began)
    for finding in outcome.findings:
        timeline.note("finding", said=finding)
    return outcome


async def _work(arena: Arena, terms: Terms, evidence: Evidence, outcome: Outcome) -> list[Client]:
    calendar = Calendar(arena.role_url(OPERATOR), terms.day, arena.timeline)
    await calendar.begin()
    async with _clients(arena, terms, evidence, calendar) as clients:
        # Nothing is disturbed before the contacts are registered: the notices need them.
        cases, old = read_cases()
        await register_contacts(clients[0].desks, cases, old)
        tasks = [asyncio.create_task(each.run(), name=f"client {each.number}") for each in clients]
        tasks.append(asyncio.create_task(calendar.run(), name="calendar"))
        dice = random.Random(f"hostile of {terms.seed}")
        desks = Witness(
            clients[0].desks.client, clients[0].desks.issuer, clients[0].desks.services, evidence=evidence, dice=dice
        )
        hostile = Hostile(desks, clients[0].mischief, dice, arena.timeline)
        tasks.append(asyncio.create_task(hostile.run(), name="hostile"))
        try:
            await _befall(arena, outcome.faults, terms.seconds, tasks)
        finally:
            await arena.heal()
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    outcome.findings += hostile.findings()
    outcome.attacks = dict(sorted(hostile.told.items()))
    return clients


async def _befall(arena: Arena, faults: list[Fault], seconds: float, tasks: list[asyncio.Task[None]]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for fault in faults:
        await asyncio.sleep(max(0.0, began + fault.at - loop.time()))
        await arena.befall(fault)
        if any(task.done() for task in tasks):
            return
    await asyncio.sleep(max(0.0, began + seconds - loop.time()))


@asynccontextmanager
async def _clients(arena: Arena, terms: Terms, evidence: Evidence, calendar: Calendar) -> AsyncIterator[list[Client]]:
    cases, _ = read_cases()
    templates = tuple(case for case in cases if case.name in TEMPLATES)
    issuer = DevelopmentIssuer(arena.state / "keys")
    services = {name: arena.url(name) for name in arena.processes}
    mischief = Mischief()
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    async with httpx.AsyncClient(timeout=12, trust_env=False, limits=limits) as http:
        clients = []
        for number in range(terms.clients):
            dice = random.Random(f"client {number} of {terms.seed}")
            desks = Witness(http, issuer, services, evidence=evidence, dice=dice)
            clients.append(Client(number, desks, dice, templates, calendar, mischief, arena.timeline))
        yield clients


async def _rest(arena: Arena, terms: Terms) -> list[str]:
    """Waits until everything is done; where nothing goes on any more before, that is a finding."""
    services = {name: arena.url(name) for name in arena.processes}
    end = time.monotonic() + terms.rest
    async with (
        httpx.AsyncClient(timeout=30, trust_env=False) as client,
        asyncpg.create_pool(arena.role_url(OPERATOR), min_size=0, max_size=2) as pool,
    ):
        drive = Drive(pool, client, services)
        last = ""
        while True:
            try:
                await drive.rest()
            except NeverAtRest as error:
                arena.timeline.note("not at rest", why=str(error))
                if str(error) != last:
                    last, end = str(error), time.monotonic() + terms.rest
                if time.monotonic() > end:
                    return [f"never at rest: {error}"]
            else:
                return []


async def _judge(arena: Arena, evidence: Evidence, outcome: Outcome) -> None:
    log = await read_log(arena.database_url)
    outcome.events = len(log)
    outcome.findings += is_whole(log)
    outcome.findings += holds_what_was_said(log, evidence)
    outcome.findings += await redis_equals(log, arena.redis_url)
    outcome.findings += await nothing_parked(arena.database_url)
    engine = create_async_engine("postgresql+asyncpg://" + arena.role_url("juqu_notify").partition("://")[2])
    try:
        envelopes = await read_envelopes(arena.role_url(OPERATOR), arena.state / "keys")
        outcome.findings += await sent_once(arena.database_url, arena.peers.received(), envelopes)
        outcome.findings += await effects_follow(envelopes, engine, arena.state / "keys")
    finally:
        await engine.dispose()
    outcome.findings += await folds_equal(arena.database_url, envelopes)
    outcome.findings += await read_models_equal({role: arena.role_url(role) for role in ROLES}, arena.state / "keys")
    outcome.findings += await history_is_proven(
        log,
        evidence,
        url=arena.role_url(OPERATOR),
        notary=arena.url("notary"),
        folder=arena.log("log").parent,
        issuer=DevelopmentIssuer(arena.state / "keys"),
    )
    outcome.findings += no_line_is_lost({name: arena.log(name) for name in arena.processes})
    if outcome.findings:
        with (arena.log("log").with_suffix(".jsonl")).open("wb") as out:
            out.writelines(msgspec.json.encode(event) + b"\n" for event in log)


def _lap(began: float) -> float:
    return round(time.monotonic() - began, 1)


__all__ = ["Outcome", "Terms", "campaign"]
