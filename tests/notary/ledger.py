"""Events written to a test's log, and a second opinion on what its tree is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.eventlog.log import EventLog
from shared.notary.leaf import SELECT, leaf_data, leaf_hash
from shared.notary.merkle import tree_root
from shared.notary.reading import Connection
from shared.notary.streams import Entry, TopTree, bucket_of, bucket_root, chain_of
from tests.eventlog.facts import context, endorsed, score_sheet
from tests.servers import Database

ORIGIN = "juqu.test/log"

FILL = """
    insert into log.events (
        seq, recorded_at, event_id, command_id, causation_id, effective_on, version, schema_version, ordinal, internal,
        stream, type, actor, office, correlation_id, policy_version, data
    )
    select
        n, timestamptz '2026-03-02' + n * interval '1 millisecond 37 microseconds', gen_random_uuid(),
        gen_random_uuid(), case when n % 2 = 0 then gen_random_uuid() end, '2026-03-02', (n - 1) / $3::bigint + 1, 1, 0,
        n % 10 = 0, 'intake/application/' || md5((n % $3::bigint)::text)::uuid, 'intake.ApplicationEndorsed', 'li',
        'city:220100', gen_random_uuid()::text, '2026-1', '{"opinion":"' || repeat(md5(n::text), 4) || '同意"}'
    from generate_series($1::bigint, $2::bigint) as n"""
"""Events from one seq to another, round robin over a number of streams; the log's superuser may do that."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writers of two services."""

    intake: EventLog
    review: EventLog

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database) -> AsyncIterator[Ledger]:
        async with (
            await EventLog.open(database.url("intake")) as intake,
            await EventLog.open(database.url("review")) as review,
        ):
            yield cls(intake, review)

    async def write(self, count: int, name: str = "1", after: int = 0) -> str:
        """Events of one stream of intake, each its own command; gives the stream."""
        stream = f"intake/application/{name}"
        for version in range(after, after + count):
            await self.intake.append(stream, version, [endorsed(f"同意 {version}")], context())
        return stream

    async def write_sheets(self, count: int) -> str:
        """Internal events of one stream of review."""
        for version in range(count):
            await self.review.append("review/case/1", version, [score_sheet(f"blind {version}")], context())
        return "review/case/1"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the log's rows say: leaf hashes by seq, and by stream."""

    leaves: list[bytes]
    streams: dict[str, list[tuple[int, bytes]]]

    def root(self, size: int | None = None) -> bytes:
        return tree_root(self.leaves[:size])

    def stream_root(self, size: int | None = None) -> bytes:
        last = len(self.leaves) if size is None else size
        entries = []
        for stream, events in self.streams.items():
            if found := [(seq, leaf) for seq, leaf in events if seq <= last]:
                entries.append(Entry(stream, len(found), found[-1][0], chain_of(leaf for _, leaf in found)))
        return top_of(entries).root


def top_of(entries: Iterable[Entry]) -> TopTree:
    """The map of these streams, made at once. Each stream is given once."""
    buckets: dict[int, list[Entry]] = {}
    for entry in entries:
        buckets.setdefault(bucket_of(entry.stream), []).append(entry)
    top = TopTree()
    top.update({bucket: bucket_root(inside) for bucket, inside in buckets.items()})
    return top


async def opinion(connection: Connection) -> Opinion:
    """Reads every row and hashes it by the definition, as a superuser."""
    rows = await connection.fetch(f"select {SELECT} from log.events as e order by e.seq")
    leaves = [leaf_hash(leaf_data(tuple(row.values()))) for row in rows]
    streams: dict[str, list[tuple[int, bytes]]] = {}
    for row, leaf in zip(rows, leaves, strict=True):
        streams.setdefault(row["stream"], []).append((int(row["seq"]), leaf))
    return Opinion(leaves, streams)


async def fill(owner: Connection, first: int, last: int, *, streams: int = 20) -> None:
    """Puts events into the log, quickly."""
    await owner.execute(FILL, first, last, streams)


async def tamper(owner: Connection, statement: str, *values: object) -> None:
    """As a superuser with the triggers off."""
    async with owner.transaction():
        await owner.execute("set local session_replication_role = replica")
        assert await owner.execute(statement, *values) not in {"UPDATE 0", "DELETE 0", "INSERT 0 0"}
