"""Who takes part in each row, and on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.arena import Arena
from bench.contender import Contender
from bench.ours.rebuild import DELIVERED, SENT_BACK
from bench.raw import bare
from bench.reader import PageReader
from bench.row import YARDSTICK
from bench.seeding import ENDORSED, fill
from bench.task import Spec

EVENTSOURCING = "eventsourcing"
EVENTSOURCE_PY = "eventsource-py"
FASTAPI_EVENTSOURCING = f"FastAPI + {EVENTSOURCING}"
AIOSMTPLIB = "aiosmtplib alone"
SMPP = "the SMPP session alone"
EMPTY_PAGE = "an empty page, signed in"
EMPTY_PUBLIC = "an empty page, nobody signed in"
PAST = "/register?on=2026-03-02"
FEW, MANY = "ten thousand cases", "a hundred thousand cases"
LISTS = {
    "review's cases": ("review", "/cases?limit=50"),
    "review's counts": ("review", "/case-counts"),
    "lifecycle's districts": ("lifecycle", "/districts"),
    "the register": ("lifecycle", "/register?limit=50"),
}
"""Which service lists what, and where."""
_APPEND = "bench.ours.append:append"
_APPENDING_PEERS = (
    (EVENTSOURCING, "bench.peers.eventsourcing:append"),
    (EVENTSOURCE_PY, "bench.peers.eventsource_py:append"),
)


def _yardstick(arena: Arena, spec: Spec) -> Contender:
    """Into the bare table of the row's database."""
    return arena.pgbench(YARDSTICK, spec, bare.PGBENCH, bare.PGBENCH_VALUES, clients=32)


async def one_caller(arena: Arena) -> Sequence[Contender]:
    """One event a command, one command at a time."""
    spec = await arena.fresh()
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", _APPEND, spec),
        arena.workers("asyncpg insert", "bench.raw.append:insert", spec),
        *await arena.peers(*_APPENDING_PEERS),
    ]


async def many_callers(arena: Arena) -> Sequence[Contender]:
    """One event a command, 32 commands at a time."""
    spec = await arena.fresh(callers=32)
    await bare.create(spec.owner)
    eight = await arena.fresh(callers=8)
    return [
        arena.workers("juqu", _APPEND, spec),
        _yardstick(arena, spec),
        arena.workers("juqu, 4 processes x 8 callers", _APPEND, eight, processes=4),
        arena.workers("asyncpg insert, 32 connections", "bench.raw.append:insert", spec),
        *await arena.peers(*_APPENDING_PEERS, callers=32),
    ]


async def batches(arena: Arena) -> Sequence[Contender]:
    """A hundred events a command."""
    spec = await arena.fresh(size=100)
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", _APPEND, spec),
        arena.workers("asyncpg unnest", "bench.raw.append:unnest", spec),
        arena.workers("asyncpg binary COPY", "bench.raw.append:copy", spec),
        *await arena.peers(*_APPENDING_PEERS, size=100),
    ]


async def load(arena: Arena) -> Sequence[Contender]:
    """A stream of a hundred events."""
    spec = await arena.fresh(size=100)
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", "bench.ours.load:load", spec),
        arena.workers("asyncpg + msgspec", "bench.raw.load:load", spec),
        *await arena.peers(
            (EVENTSOURCING, "bench.peers.eventsourcing:load"),
            (EVENTSOURCE_PY, "bench.peers.eventsource_py:load"),
            size=100,
        ),
    ]


async def publish(arena: Arena) -> Sequence[Contender]:
    """A backlog of forty thousand events."""
    spec = await arena.fresh(size=arena.workload.size(40_000, 1_000))
    await fill(spec.owner, ENDORSED, spec.size)
    return [
        arena.workers("juqu", "bench.ours.publish:publish", spec),
        arena.workers("redis-py, pipelined XADD", "bench.raw.publish:xadd", spec),
        *await arena.peers(
            (EVENTSOURCE_PY, "bench.peers.eventsource_py:publish"), size=arena.workload.size(3_000, 500)
        ),
    ]


async def notary(arena: Arena) -> Sequence[Contender]:
    """A log of two hundred thousand events that the notary has not seen."""
    spec = await arena.fresh(size=arena.workload.size(200_000, 2_000))
    await fill(spec.owner, ENDORSED, spec.size)
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", "bench.ours.notary:grow", spec),
        arena.workers("read and SHA-256", "bench.raw.notary:read_and_hash", spec),
        _yardstick(arena, spec),
    ]


async def rebuild(arena: Arena) -> Sequence[Contender]:
    """A log of a million events of applications, and one of deliveries."""
    size = arena.workload.size(1_000_000, 2_000)
    applications, mails = await arena.fresh(size=size), await arena.fresh(size=size)
    await fill(applications.owner, SENT_BACK, size)
    await fill(mails.owner, DELIVERED, size)
    await bare.create(applications.owner)
    return [
        arena.workers("juqu", "bench.ours.rebuild:deadlines", applications),
        arena.workers("juqu, five tables", "bench.ours.rebuild:deliveries", mails),
        arena.workers("COPY out, unparsed", "bench.raw.rebuild:copy_out", mails),
        *await arena.peers((EVENTSOURCING, "bench.peers.eventsourcing:catch_up"), size=arena.workload.size(1_500, 100)),
        _yardstick(arena, applications),
    ]


async def latency(arena: Arena) -> Sequence[Contender]:
    """Two hundred commands a second."""
    spec = await arena.fresh(size=200)
    spec = replace(spec, seconds=2 * spec.seconds)
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", "bench.ours.latency:latency", spec),
        *await arena.peers((EVENTSOURCING, "bench.peers.eventsourcing:latency"), size=200, seconds=spec.seconds),
        _yardstick(arena, spec),
    ]


async def http(arena: Arena) -> Sequence[Contender]:
    """32 connections that open and withdraw drafts."""
    spec = await arena.fresh(callers=32)
    peer = await arena.empty(callers=32)
    return [
        arena.workers("juqu", "bench.ours.http:on_the_log", spec),
        arena.workers("the same without database", "bench.ours.http:without_database", spec),
        arena.workers("juqu with its read models", "bench.ours.http:with_read_models", await arena.fresh(callers=32)),
        arena.workers("FastAPI without anything", "bench.ours.http:bare_fastapi", spec),
        *(
            [arena.workers(FASTAPI_EVENTSOURCING, "bench.ours.http:eventsourcing", peer)]
            if arena.workload.peers
            else []
        ),
    ]


async def mail(arena: Arena) -> Sequence[Contender]:
    """Drafts that are opened, two mails each."""
    spec = await arena.fresh(size=arena.workload.size(1_500, 20))
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", "bench.ours.notices:mail", spec),
        arena.workers(AIOSMTPLIB, "bench.raw.notices:aiosmtplib_alone", spec),
        _yardstick(arena, spec),
    ]


async def sms(arena: Arena) -> Sequence[Contender]:
    """Publicity that starts, a short message to each of twenty subscribers."""
    spec = await arena.fresh(size=arena.workload.size(2_000, 20))
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", "bench.ours.notices:sms", spec),
        arena.workers(SMPP, "bench.raw.notices:link_alone", spec),
        _yardstick(arena, spec),
    ]


async def pages(arena: Arena) -> Sequence[Contender]:
    """Ten thousand cases: the officer's desk and queue, the register, and two pages with nothing on them."""
    town = await arena.town(arena.workload.size(10_000, 40))
    seconds = arena.workload.seconds
    mine = (("juqu", "/desk"), ("the queue", "/cases"), (EMPTY_PAGE, "/signed-in"))
    public = (("the register", "/register"), ("the register of an earlier day", PAST), (EMPTY_PUBLIC, "/accessibility"))
    return [
        *(PageReader(name, town, path, signed_in=True, seconds=seconds) for name, path in mine),
        *(PageReader(name, town, path, seconds=seconds) for name, path in public),
    ]


async def lists(arena: Arena) -> Sequence[Contender]:
    """What the services list, of ten thousand cases and of a hundred thousand."""
    few = await arena.town(arena.workload.size(10_000, 40), events_of_a_case=5)
    many = await arena.town(arena.workload.size(100_000, 400), events_of_a_case=5)
    return [
        PageReader(f"{name}, {size}", town, path, process=process, seconds=arena.workload.seconds)
        for name, (process, path) in LISTS.items()
        for size, town in ((FEW, few), (MANY, many))
    ]
