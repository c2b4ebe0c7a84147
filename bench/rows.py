"""Every row of the bench, in the order of the table."""

from __future__ import annotations

from collections.abc import Sequence

from bench.arena import Arena
from bench.contender import Contender
from bench.raw import bare
from bench.row import Bar, Row
from bench.seeding import ENDORSED, fill

EVENTSOURCING = "eventsourcing"
EVENTSOURCE_PY = "eventsource-py"
_APPEND = "bench.ours.append:append"
_APPENDING_PEERS = (
    (EVENTSOURCING, "bench.peers.eventsourcing:append"),
    (EVENTSOURCE_PY, "bench.peers.eventsource_py:append"),
)


async def _one_caller(arena: Arena) -> Sequence[Contender]:
    spec = await arena.fresh()
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", _APPEND, spec),
        arena.workers("asyncpg insert", "bench.raw.append:insert", spec),
        *await arena.peers(*_APPENDING_PEERS),
    ]


async def _many_callers(arena: Arena) -> Sequence[Contender]:
    spec = await arena.fresh(callers=32)
    await bare.create(spec.owner)
    eight = await arena.fresh(callers=8)
    return [
        arena.workers("juqu", _APPEND, spec),
        arena.pgbench("pgbench insert, 32 clients", spec, bare.PGBENCH, bare.PGBENCH_VALUES, clients=32),
        arena.workers("juqu, 4 processes x 8 callers", _APPEND, eight, processes=4),
        arena.workers("asyncpg insert, 32 connections", "bench.raw.append:insert", spec),
        *await arena.peers(*_APPENDING_PEERS, callers=32),
    ]


async def _batches(arena: Arena) -> Sequence[Contender]:
    spec = await arena.fresh(size=100)
    await bare.create(spec.owner)
    return [
        arena.workers("juqu", _APPEND, spec),
        arena.workers("asyncpg unnest", "bench.raw.append:unnest", spec),
        arena.workers("asyncpg binary COPY", "bench.raw.append:copy", spec),
        *await arena.peers(*_APPENDING_PEERS, size=100),
    ]


async def _load(arena: Arena) -> Sequence[Contender]:
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


async def _publish(arena: Arena) -> Sequence[Contender]:
    spec = await arena.fresh(size=arena.effort.size(40_000, 1_000))
    await fill(spec.owner, ENDORSED, spec.size)
    return [
        arena.workers("juqu", "bench.ours.publish:publish", spec),
        arena.workers("redis-py, pipelined XADD", "bench.raw.publish:xadd", spec),
        *await arena.peers(
            (EVENTSOURCE_PY, "bench.peers.eventsource_py:publish"), size=arena.effort.size(3_000, 500)
        ),
    ]


async def _http(arena: Arena) -> Sequence[Contender]:
    spec = await arena.fresh(callers=32)
    peer = await arena.empty(callers=32)
    return [
        arena.workers("juqu", "bench.ours.http:on_the_log", spec),
        arena.workers("the same without database", "bench.ours.http:without_database", spec),
        arena.workers("juqu with its read models", "bench.ours.http:with_read_models", await arena.fresh(callers=32)),
        arena.workers("FastAPI without anything", "bench.ours.http:bare_fastapi", spec),
        *([arena.workers(f"FastAPI + {EVENTSOURCING}", "bench.ours.http:eventsourcing", peer)] if arena.effort.peers else []),
    ]


ROWS: tuple[Row, ...] = (
    Row(
        name="append",
        unit="events",
        build=_one_caller,
        bars=(Bar(work="append, one caller, one event a commit", against="asyncpg insert", bar=0.6),),
        notes="",
    ),
    Row(
        name="append-32",
        unit="events",
        build=_many_callers,
        bars=(
            Bar(work="append, 32 callers in one process", against="pgbench insert, 32 clients", bar=1.4),
            Bar(
                work="append, 4 processes x 8 callers",
                ours="juqu, 4 processes x 8 callers",
                against="pgbench insert, 32 clients",
                bar=0.8,
            ),
        ),
        notes="",
    ),
    Row(
        name="append-100",
        unit="events",
        build=_batches,
        bars=(
            Bar(work="append, batches of 100, against unnest", against="asyncpg unnest", bar=0.7),
            Bar(work="append, batches of 100, against COPY", against="asyncpg binary COPY", bar=0.7),
        ),
        notes="",
    ),
    Row(
        name="publish",
        unit="entries",
        build=_publish,
        bars=(Bar(work="publish a backlog to Redis", against="redis-py, pipelined XADD", bar=0.6),),
        notes="",
    ),
    Row(
        name="load",
        unit="aggregates",
        build=_load,
        bars=(Bar(work="load an aggregate of 100 events", against="asyncpg + msgspec", bar=0.6),),
        notes="",
    ),
    Row(
        name="http",
        unit="commands",
        build=_http,
        bars=(
            Bar(work="HTTP command, 32 connections", against="the same without database", bar=0.5),
            Bar(work="HTTP command, 32 connections, against bare FastAPI", against="FastAPI without anything", bar=0.5),
            Bar(work="HTTP command, 32 connections, against a peer", against=f"FastAPI + {EVENTSOURCING}", bar=5.0),
        ),
        notes="",
    ),
)
