"""The streams are one gap-free copy of the log, whatever happens to Redis, PostgreSQL or the publisher."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import cast
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.valkey import EmbeddedValkey
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL, fields
from shared.messaging.publisher import Publisher, PublisherPace
from shared.messaging.repair import LOST
from shared.messaging.wire import NOTHING, Batch, StreamAppender
from tests.messaging.conftest import QUICK, SERVICES, running
from tests.messaging.traffic import Writer, add, entries, eventually, open_log, published
from tests.servers import Database


async def seqs(redis: Redis, stream: str = ALL) -> list[int]:
    """The seqs of a stream, once each id is checked to be its seq's and each ``prev`` to be the one before.

    ``[-1]`` while something lies in it that is no event.
    """
    found = await entries(redis, stream)
    if not all("seq" in entry for _, entry in found):
        return [-1]
    listed = [int(entry["seq"]) for _, entry in found]
    assert [found_id for found_id, _ in found] == [f"{seq}-0" for seq in listed]
    assert [int(entry["prev"]) for _, entry in found[1:]] == listed[:-1]
    return listed


async def complete(redis: Redis, log: EventLog) -> bool:
    """Whether every stream holds just what it should."""
    services = [await seqs(redis, f"events.{name}") == await published(log, [name]) for name in SERVICES]
    return all(services) and await seqs(redis) == await published(log)


async def test_every_event_comes_to_both_streams_in_order(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    last = await writer.some(40)
    await eventually(lambda: complete(redis, log), "all published")
    assert publisher.status().healthy
    assert publisher.status().tails[ALL] == last
    first = (await entries(redis, "events.intake"))[0][1]
    assert (first["prev"], first["source"]) == ("0", "/juqu/intake")


async def test_an_entry_holds_the_fields_of_its_event_in_their_order(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.some(10)
    await eventually(lambda: complete(redis, log), "all published")
    stored = {event.seq: event for event in await log.read_raw(0)}
    for stream in (ALL, "events.intake", "events.review"):
        found = [await _flat(redis, stream, found_id) for found_id, _ in await entries(redis, stream)]
        prevs = [0, *(int(flat[3]) for flat in found)]
        epoch = log.epochs.current
        assert found == [fields(stored[int(flat[3])], prev, epoch) for flat, prev in zip(found, prevs, strict=False)]


async def _flat(redis: Redis, stream: str, found_id: str) -> list[str]:
    """An entry's words in the order in which Redis has them."""
    raw = await redis.eval("return redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1][2]", 1, stream, found_id)
    return cast("list[str]", raw)


async def test_an_internal_event_is_not_published(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    before = await writer.review_events()
    internal = await writer.internal_event()
    after = await writer.review_events()
    await eventually(lambda: complete(redis, log), "all published")
    assert await seqs(redis) == [before, after]
    assert internal == after - 1
    last_is_internal = await writer.internal_event()
    await eventually(lambda: publisher.status().position == last_is_internal, "passed over")
    assert publisher.status().lag == 0


async def test_a_publisher_that_starts_later_publishes_all(
    make_publisher: Callable[..., Publisher], writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.some(100)
    async with running(make_publisher()):
        await eventually(lambda: complete(redis, log), "all published")
    await writer.some(20)
    async with running(make_publisher()):
        await eventually(lambda: complete(redis, log), "the rest published")


async def test_publishing_again_is_refused_by_redis(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis, redis_url: str
) -> None:
    last = await writer.some(3)
    await eventually(lambda: complete(redis, log), "all published")
    async with StreamAppender(redis_url) as appender:
        again = Batch({ALL: NOTHING})
        again.add(1, {ALL: 0}, ["id", "1"])
        assert again.tails == ["1-0"]
        assert await appender.append(again) == [f"{last}-0"]
    with pytest.raises(ResponseError, match="equal or smaller"):
        await redis.xadd(ALL, {"seq": str(last)}, id=f"{last}-0")
    assert await complete(redis, log)


async def test_a_batch_sent_behind_a_refused_one_is_refused_too(redis: Redis, redis_url: str) -> None:
    """What is sent before an answer is there may not leave a gap behind what was refused."""
    first, second, later = Batch({ALL: NOTHING, "events.a": NOTHING}), Batch({ALL: "1-0"}), Batch({"events.a": "1-0"})
    first.add(1, {ALL: 0, "events.a": 0}, ["id", "1"])
    second.add(2, {ALL: 1}, ["id", "2"])
    later.add(2, {"events.a": 1}, ["id", "2"])
    await redis.xadd(ALL, {"somebody": "else"}, id="0-7")
    async with StreamAppender(redis_url) as appender:
        for batch in (first, second, later):
            await appender.send(batch)
        assert [await appender.answer() for _ in range(3)] == [["0-7", "1-0"], ["0-7"], ["2-0"]]
    assert await redis.xlen(ALL) == 1
    assert [found_id for found_id, _ in await entries(redis, "events.a")] == ["1-0", "2-0"]


async def test_a_batch_without_events_only_asks(redis: Redis, redis_url: str) -> None:
    await redis.xadd(ALL, {"a": "b"}, id="3-0")
    async with StreamAppender(redis_url) as appender:
        assert await appender.append(Batch({ALL: NOTHING, "events.a": "9-0"})) == ["3-0", NOTHING]
    assert await redis.xlen(ALL) == 1


async def test_two_publishers_that_both_believe_to_lead_publish_once(
    make_publisher: Callable[..., Publisher], writer: Writer, log: EventLog, redis: Redis
) -> None:
    async with running(make_publisher(lock=1)) as one, running(make_publisher(lock=2)) as other:
        for _ in range(10):
            await writer.some(10)
        await eventually(lambda: complete(redis, log), "all published")
        await eventually(lambda: one.status().healthy and other.status().healthy, "both well")
        assert (one.status().role, other.status().role) == ("leading", "leading")


async def test_a_standby_takes_over(
    make_publisher: Callable[..., Publisher], writer: Writer, log: EventLog, redis: Redis
) -> None:
    async with running(make_publisher()) as standby:
        async with running(make_publisher()) as other:
            await eventually(
                lambda: {standby.status().role, other.status().role} == {"leading", "standby"}, "one leads"
            )
            await writer.some(5)
        await eventually(lambda: standby.status().role == "leading", "the other leads")
        await writer.some(5)
        await eventually(lambda: complete(redis, log), "all published")


async def test_a_flush_in_the_middle_of_traffic_is_made_good(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    for _ in range(5):
        await writer.some(15)
        await redis.flushdb()
    await eventually(lambda: complete(redis, log), "all published")


@pytest.mark.parametrize("deleted", [ALL, "events.intake"])
async def test_one_stream_is_filled_anew_while_the_others_go_on(
    make_publisher: Callable[..., Publisher], writer: Writer, log: EventLog, redis: Redis, deleted: str
) -> None:
    await writer.some(60)
    async with running(make_publisher(PublisherPace(look=0.05, page=7))) as publisher:
        await eventually(lambda: complete(redis, log), "all published")
        for _ in range(5):
            await redis.delete(deleted)
            await writer.some(15)
        await eventually(lambda: complete(redis, log), "filled again")
        await eventually(lambda: publisher.status().lag == 0, "nothing left")
        assert publisher.status().healthy


async def test_a_flush_of_a_quiet_stream_is_made_good(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.some(5)
    await eventually(lambda: complete(redis, log), "all published")
    await redis.delete("events.intake")
    await redis.script_flush()
    await eventually(lambda: complete(redis, log), "published again")


async def test_valkey_killed_and_started_again(
    make_publisher: Callable[..., Publisher], writer: Writer, log: EventLog, own_valkey: EmbeddedValkey
) -> None:
    redis = Redis.from_url(own_valkey.url, decode_responses=True)
    async with running(make_publisher(url=own_valkey.url)) as publisher:
        await writer.some(20)
        await eventually(lambda: complete(redis, log), "all published")
        await own_valkey.kill()
        await writer.some(20)
        await eventually(lambda: bool(publisher.status().trouble), "trouble is told")
        assert not publisher.status().healthy
        await own_valkey.start()
        await redis.connection_pool.disconnect()
        await eventually(lambda: complete(redis, log), "published after the restart")
        await eventually(lambda: publisher.status().healthy, "well again")
    await redis.aclose()


async def test_postgresql_restarted_in_the_middle(
    own_postgres: EmbeddedPostgres, own_database: Database, redis: Redis, redis_url: str
) -> None:
    async with (
        await open_log(own_database, "relay") as log,
        await open_log(own_database, "intake") as intake,
        await open_log(own_database, "review") as review,
    ):
        writer = Writer(intake, review)
        publisher = Publisher(
            log, database_url=own_database.url("relay"), redis_url=redis_url, services=SERVICES, pace=QUICK
        )
        async with running(publisher):
            await writer.some(10)
            await own_postgres.restart()
            await writer.some(10)
            await own_postgres.kill()
            await own_postgres.start()
            await writer.some(10)
            await eventually(lambda: complete(redis, log), "all published")
            await eventually(lambda: publisher.status().healthy, "well again")


async def test_a_killed_publisher_leaves_nothing_half_done(  # noqa: PLR0917
    make_publisher: Callable[..., Publisher],
    writer: Writer,
    log: EventLog,
    redis: Redis,
    database: Database,
    redis_url: str,
) -> None:
    code = (
        "import asyncio, sys\n"
        "from shared.eventlog.log import EventLog\n"
        "from shared.messaging.publisher import PublisherPace, Publisher\n"
        "async def main(database, redis, *services):\n"
        "    log = await EventLog.open(database)\n"
        "    pace = PublisherPace(look=0.1, page=7)\n"
        "    await Publisher(log, database_url=database, redis_url=redis, services=services, pace=pace, lock=1).run()\n"
        "asyncio.run(main(*sys.argv[1:]))\n"
    )
    await writer.some(600)
    for killed_at in (40, 200, 400):
        process = subprocess.Popen([sys.executable, "-c", code, database.url("relay"), redis_url, *SERVICES])
        try:
            await eventually(lambda at=killed_at: reached(redis, at), f"{killed_at} published")
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    async with running(make_publisher()):
        await eventually(lambda: complete(redis, log), "all published")


async def reached(redis: Redis, length: int) -> bool:
    return bool(await redis.xlen(ALL) >= length)


async def test_a_stopped_leader_loses_the_lead(
    make_publisher: Callable[..., Publisher], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends a session that says nothing; here after half a second instead of ten."""
    from shared.eventlog import leadership

    monkeypatch.setattr(leadership, "SESSION_TIMEOUT", "500ms")
    async with leadership.Leadership(database.url("relay"), lock=1) as silent:
        assert await silent.claim()
        async with running(make_publisher()) as standby:
            await eventually(lambda: standby.status().role == "leading", "the other leads")


async def test_stray_entries_are_cleared_away(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.some(5)
    await eventually(lambda: complete(redis, log), "all published")
    await redis.xadd(ALL, {"foo": "bar"})
    await redis.xadd("events.review", {"foo": "bar"}, id=f"{await log.head()}-7")
    await writer.some(5)
    await eventually(lambda: complete(redis, log), "made anew")
    assert publisher.status().healthy


async def test_the_relay_takes_out_of_the_streams_what_the_log_does_not_hold_and_tells(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.some(5)
    await eventually(lambda: complete(redis, log), "all published")
    newest_id, newest = (await entries(redis, ALL))[-1]
    ahead = int(newest["seq"]) + 3
    invented = newest | {"seq": str(ahead), "prev": newest["seq"]}
    await add(redis, ALL, invented, under=f"{ahead}-0")
    await eventually(lambda: complete(redis, log), "taken out")
    assert newest_id != f"{ahead}-0"
    await eventually(lambda: ALL in publisher.status().lost, "told")
    assert f"seq {ahead} to {ahead}" in publisher.status().lost[ALL]
    assert publisher.status().healthy
    assert [entry for _, entry in await entries(redis, LOST)] == [invented | {"lost.stream": ALL}]
    await writer.some(10)
    await eventually(lambda: complete(redis, log), "the stream goes on")


async def test_a_stream_of_a_later_life_of_the_log_is_left_alone_and_told(
    publisher: Publisher, writer: Writer, log: EventLog, redis: Redis
) -> None:
    """So that the relay of a server that was failed over from does no harm."""
    await writer.some(5)
    await eventually(lambda: complete(redis, log), "all published")
    _, newest = (await entries(redis, ALL))[-1]
    ahead = int(newest["seq"]) + 1
    later = newest | {"seq": str(ahead), "prev": newest["seq"], "id": str(uuid4()), "epoch": f"f{newest['epoch'][1:]}"}
    await add(redis, ALL, later, under=f"{ahead}-0")
    await eventually(lambda: ALL in publisher.status().faults, "the fault is told")
    assert not publisher.status().healthy
    await writer.some(10)
    await eventually(lambda: same(redis, log, "intake"), "the other streams go on")
    assert (await entries(redis, ALL))[-1] == (f"{ahead}-0", later)
    await redis.delete(ALL)
    await eventually(lambda: complete(redis, log), "filled again")
    await eventually(lambda: publisher.status().healthy, "well again")


async def same(redis: Redis, log: EventLog, service: str) -> bool:
    return await seqs(redis, f"events.{service}") == await published(log, [service])


async def test_a_stream_of_another_log_is_foreign(
    make_publisher: Callable[..., Publisher], writer: Writer, redis: Redis
) -> None:
    await redis.xadd(ALL, {"who": "knows"})
    await writer.some(2)
    async with running(make_publisher()) as publisher:
        await eventually(lambda: ALL in publisher.status().faults, "the fault is told")
    assert await redis.xlen(ALL) == 1


async def test_old_events_are_trimmed_and_not_published_again(
    make_publisher: Callable[..., Publisher], writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.intake_events(400)
    last_old = await writer.review_events(400)
    pace = PublisherPace(look=0.1, trim=0.1, page=100, retention=timedelta(seconds=0.3))
    async with running(make_publisher(pace)):
        await eventually(lambda: reached_seq(redis, last_old), "all published")
        await asyncio.sleep(0.5)
        first_young = await writer.review_events(3)
        await eventually(lambda: trimmed(redis), "trimmed")
        await eventually(lambda: reached_seq(redis, first_young), "the young ones are there")
        await redis.flushdb()
        await eventually(lambda: reached_seq(redis, first_young), "published again")
    assert len(await seqs(redis)) <= 3
    oldest = (await entries(redis, ALL))[0][1]
    assert int(oldest["prev"]) == int(oldest["seq"]) - 1
    later = await writer.intake_events()
    async with running(make_publisher(pace)):
        await eventually(lambda: reached_seq(redis, later, "events.intake"), "published")
    newest = (await entries(redis, "events.intake"))[-1][1]
    assert int(newest["prev"]) == 400, "the true predecessor, though Redis does not hold it"


async def reached_seq(redis: Redis, seq: int, stream: str = ALL) -> bool:
    found = await entries(redis, stream)
    return bool(found) and found[-1][0] == f"{seq}-0"


async def trimmed(redis: Redis) -> bool:
    return bool(await redis.xlen(ALL) < 300)
