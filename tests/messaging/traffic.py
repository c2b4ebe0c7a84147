"""Events to publish, a follower that keeps a ledger in SQL, and waiting for what must come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast
from uuid import uuid4

import asyncpg
from redis.asyncio import Redis

from shared.contracts.core import Actor, Context, Due, Envelope, Event, Role
from shared.contracts.intake import ApplicationEndorsed
from shared.contracts.review import FormalExaminationOverdue, ScoreSheetSubmitted
from shared.eventlog.epochs import Footing
from shared.eventlog.log import EventLog
from shared.projections.positions import PositionMoved
from tests.servers import Database

DAY = date(2026, 3, 2)
OPINION = '同意推荐 "𠮷林"\\n\x7f'


def context() -> Context:
    """A command of an officer."""
    actor = Actor("li", "李", "city:220100", frozenset({Role.CITY}))
    return Context(
        actor=actor,
        now=datetime(2026, 3, 2, 1, tzinfo=UTC),
        effective_on=DAY,
        command_id=uuid4(),
        correlation_id="corr-1",
        causation_id=uuid4(),
        policy_version="2026-1",
    )


def endorsed(number: int = 0) -> Event:
    return ApplicationEndorsed(case_id=f"case-{number}", endorser="city:220100", opinion=OPINION, packet_sha256="00")


def overdue(number: int = 0) -> Event:
    return FormalExaminationOverdue(case_id=f"case-{number}", due=Due(DAY))


def score_sheet() -> Event:
    return ScoreSheetSubmitted(
        case_id="case", expert_id="e", scores=(), total=Decimal(80), recommended=True, comment="blind"
    )


@dataclass
class Writer:
    """Appends to new streams of intake and review, each through its own role."""

    intake: EventLog
    review: EventLog

    async def intake_events(self, count: int = 1) -> int:
        """Append to intake; gives the last seq."""
        events = [endorsed(number) for number in range(count)]
        return (await self.intake.append(f"intake/application/{uuid4()}", 0, events, context())).last_seq

    async def review_events(self, count: int = 1) -> int:
        """Append to review; gives the last seq."""
        events = [overdue(number) for number in range(count)]
        return (await self.review.append(f"review/case/{uuid4()}", 0, events, context())).last_seq

    async def internal_event(self) -> int:
        """Append what is not published; gives its seq."""
        return (await self.review.append(f"review/case/{uuid4()}", 0, [score_sheet()], context())).last_seq

    async def some(self, commands: int) -> int:
        """Append a mixture; gives the last seq."""
        last = 0
        for number in range(commands):
            last = await (self.intake_events(1 + number % 3) if number % 2 else self.review_events(1 + number % 2))
        return last


@dataclass
class Ledger:
    """A follower that writes each event down, in the transaction that moves its position."""

    pool: asyncpg.Pool
    name: str
    fails: list[Exception] = field(default_factory=list)
    applied_at: dict[int, float] = field(default_factory=dict)
    _believed: int = 0

    async def prepare(self) -> None:
        await self.pool.execute("create table if not exists review.ledger (line bigserial, follower text, seq bigint)")
        await self.pool.execute("create table if not exists review.place (follower text primary key, seq bigint)")
        await self.pool.execute("insert into review.place values ($1, 0) on conflict do nothing", self.name)

    async def position(self) -> int:
        self._believed = await self.pool.fetchval("select seq from review.place where follower = $1", self.name)
        return self._believed

    async def apply(self, page: Sequence[Envelope], upto: int, _footing: Footing | None = None) -> None:
        if self.fails:
            raise self.fails.pop(0)
        async with self.pool.acquire() as connection, connection.transaction():
            stored = await connection.fetchval("select seq from review.place where follower = $1 for update", self.name)
            if stored < self._believed:
                raise PositionMoved(f"{self.name} is at {stored}")
            rows = [(self.name, each.seq) for each in page if each.seq > stored]
            await connection.executemany("insert into review.ledger (follower, seq) values ($1, $2)", rows)
            place = "update review.place set seq = greatest(seq, $2) where follower = $1"
            await connection.execute(place, self.name, upto)
        self._believed = upto
        moment = asyncio.get_running_loop().time()
        self.applied_at |= {each.seq: moment for each in page}

    async def lines(self) -> list[int]:
        """What it was given, in the order in which it was given."""
        rows = await self.pool.fetch("select seq from review.ledger where follower = $1 order by line", self.name)
        return [row["seq"] for row in rows]


async def eventually(
    condition: Callable[[], Awaitable[bool]] | Callable[[], bool], what: str, *, within: float = 20.0
) -> None:
    """Wait until a condition holds; fails the test, saying what did not come about."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while True:
        held = condition()
        if held if isinstance(held, bool) else await held:
            return
        assert loop.time() < end, f"not within {within:g} s: {what}"
        await asyncio.sleep(0.02)


async def published(log: EventLog, categories: Sequence[str] | None = None) -> list[int]:
    """The seqs that a stream must hold."""
    return [event.seq for event in await log.read_raw(0, limit=100_000, categories=categories)]


async def open_log(database: Database, role: str) -> EventLog:
    return await EventLog.open(database.url(role))


async def entries(redis: Redis, stream: str) -> list[tuple[str, dict[str, str]]]:
    """What a stream holds: entry ids and fields."""
    return cast("list[tuple[str, dict[str, str]]]", await redis.xrange(stream))


async def add(redis: Redis, stream: str, fields: Mapping[str, str], *, under: str = "*") -> None:
    """XADD by hand."""
    await redis.execute_command("XADD", stream, under, *(word for pair in fields.items() for word in pair))  # type: ignore[no-untyped-call]
