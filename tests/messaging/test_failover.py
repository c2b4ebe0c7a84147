"""A standby that lacked the last events is promoted: nobody takes from Redis what the log does not hold."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from deploy.local.client import run_client
from deploy.local.postgres import EmbeddedPostgres
from services.intake.views.timeline import TIMELINE
from shared.contracts.core import Envelope
from shared.eventlog.log import EventLog, LogUnavailable
from shared.messaging.cloudevents import ALL, fields
from shared.messaging.publisher import Publisher
from shared.messaging.repair import LOST
from shared.messaging.streams import Subscriptions
from shared.messaging.subscription import Subscription
from shared.projections.engine import open_engine
from shared.projections.positions import LogLostEvents
from shared.projections.projection import Projection
from shared.projections.projector import Projector
from shared.service.reactions import Reactions, by_itself
from shared.service.settings import Settings
from shared.service.todos import Todo
from tests.messaging.conftest import QUICK, SERVICES, running
from tests.messaging.test_feed import page
from tests.messaging.test_publisher import complete
from tests.messaging.test_subscriptions import EAGER
from tests.messaging.traffic import Writer, add, entries, eventually, open_log
from tests.servers import Database
from tests.standby import Pair, cut

MODEL = Projection("review.timeline_of_intake", version=1, categories=("intake",), views=(TIMELINE,))


@asynccontextmanager
async def following(database: Database, redis_url: str) -> AsyncIterator[tuple[Projector, Subscription]]:
    """A read model of review that follows intake."""
    async with AsyncExitStack() as opened:
        engine = open_engine(database.url("review"))
        opened.push_async_callback(engine.dispose)
        log = await opened.enter_async_context(await open_log(database, "review"))
        projector = Projector(engine, MODEL, "review")
        await projector.prepare(log.head)
        subscriptions = Subscriptions(log, redis_url, pace=EAGER)
        made = subscriptions.add(projector, source=ALL, categories=("intake",))
        await opened.enter_async_context(subscriptions)
        yield projector, made


async def rows(database: Database) -> list[int]:
    """The seqs that the read model shows."""
    engine = open_engine(database.url("review"))
    try:
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(f"select seq from review.{TIMELINE.table.name} order by seq")
            return list(found.scalars())
    finally:
        await engine.dispose()


@asynccontextmanager
async def publishing(database: Database, redis_url: str) -> AsyncIterator[tuple[Publisher, EventLog]]:
    async with await open_log(database, "relay") as log:
        publisher = Publisher(
            log, database_url=database.url("relay"), redis_url=redis_url, services=SERVICES, pace=QUICK, lock=1
        )
        async with running(publisher):
            yield publisher, log


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[Writer]:
    async with await open_log(database, "intake") as intake, await open_log(database, "review") as review:
        yield Writer(intake, review)


async def published_up_to(redis: Redis, seq: int) -> bool:
    found = await entries(redis, ALL)
    return bool(found) and found[-1][0] == f"{seq}-0"


async def test_a_follower_takes_nothing_from_redis_that_the_promoted_log_lacks(
    pair: Pair, redis: Redis, redis_url: str
) -> None:
    database = pair.database
    async with writing(database) as writer, publishing(database, redis_url):
        async with following(database, redis_url) as (_, first):
            kept = await writer.intake_events(29)
            await eventually(lambda: first.position == kept, "followed")
        await pair.standby.caught_up()
        await pair.standby.stop()
        lost = await writer.intake_events(3)
        await eventually(lambda: published_up_to(redis, lost), "published")
    await pair.fail_over()

    async with following(database, redis_url) as (projector, second):
        await asyncio.sleep(1.5)
        assert second.position == await projector.position() == kept
        assert await rows(database) == list(range(1, kept + 1))
        async with publishing(database, redis_url) as (publisher, log):
            await eventually(lambda: complete(redis, log), "what the log lost is out of the streams")
            assert await published_up_to(redis, kept)
            assert [entry["seq"] for _, entry in await entries(redis, LOST)][:3] == ["30", "31", "32"]
            await eventually(lambda: ALL in publisher.status().lost, "told")
            async with writing(database) as writer:
                last = await writer.intake_events(5)
            await eventually(lambda: complete(redis, log), "the streams go on")
            await eventually(lambda: second.position == last, "and so does the follower")
            assert second.status().healthy
            assert await rows(database) == list(range(1, last + 1))
            assert [each.length for each in log.epochs.all][-1] == kept


async def test_nothing_is_reacted_to_that_the_promoted_log_lacks(pair: Pair, redis: Redis, redis_url: str) -> None:
    database, done = pair.database, list[int]()
    async with writing(database) as writer, publishing(database, redis_url):
        async with reacting(database, redis_url, done) as first:
            kept = await writer.intake_events(4)
            await eventually(lambda: first.position == kept, "reacted to")
        await pair.standby.caught_up()
        await pair.standby.stop()
        lost = await writer.intake_events(3)
        await eventually(lambda: published_up_to(redis, lost), "published")
    await pair.fail_over()
    async with reacting(database, redis_url, done) as second:
        await asyncio.sleep(1.5)
        assert (second.position, done) == (kept, [1, 2, 3, 4])
        async with publishing(database, redis_url), writing(database) as writer:
            last = await writer.intake_events(5)
            await eventually(lambda: second.position == last, "the promoted log's own")
    assert done == list(range(1, last + 1))


@asynccontextmanager
async def reacting(database: Database, redis_url: str, done: list[int]) -> AsyncIterator[Subscription]:
    """A process manager of review that does one thing for each event of intake; ``done`` are the events' seqs."""

    def react(envelope: Envelope) -> Sequence[Todo]:
        return (Todo("look-at-it", str(envelope.seq), lambda _context: pytest.fail("nobody asks for the command")),)

    async def do(_todo: Todo, envelope: Envelope) -> None:
        done.append(envelope.seq)

    async with AsyncExitStack() as opened:
        engine = open_engine(database.url("review"))
        opened.push_async_callback(engine.dispose)
        log = await opened.enter_async_context(await open_log(database, "review"))
        reactions = Reactions(engine, "review", "review.reactions", by_itself(react), do)
        await reactions.prepare(log.head)
        subscriptions = Subscriptions(log, redis_url, pace=EAGER)
        made = subscriptions.add(reactions, source=ALL, categories=("intake",))
        await opened.enter_async_context(subscriptions)
        yield made


async def test_a_restored_backup_begins_an_epoch_and_what_came_after_it_is_taken_out_of_the_streams(
    own_postgres: EmbeddedPostgres, own_database: Database, redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    """Restored into the same running server, under the same name: only the database is another."""
    dump = tmp_path / "log.dump"
    async with writing(own_database) as writer, publishing(own_database, redis_url) as (_, log):
        kept = await writer.intake_events(6)
        await run_client("pg_dump", own_postgres.url, "--format=custom", f"--file={dump}")
        lost = await writer.intake_events(4)
        await eventually(lambda: published_up_to(redis, lost), "published")
        before = log.epochs.current
    await sql(own_postgres.database_url("postgres"), "drop database juqu with (force)", "create database juqu")
    await run_client("pg_restore", own_postgres.url, "--exit-on-error", "--dbname=juqu", str(dump))
    async with publishing(own_database, redis_url) as (_, log), writing(own_database) as writer:
        assert log.epochs.current != before
        assert log.epochs.all[-1].length == kept
        assert before is not None
        assert log.epochs.shared_with(before) == kept
        await writer.review_events(9)
        await eventually(lambda: complete(redis, log), "the streams are the restored log's")


async def sql(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for each in statements:
        await connection.execute(each)
    await connection.close()


async def test_a_server_that_was_only_restarted_begins_an_epoch_and_loses_nothing(
    own_postgres: EmbeddedPostgres, own_database: Database, redis_url: str, redis: Redis
) -> None:
    async with (
        publishing(own_database, redis_url) as (publisher, log),
        following(own_database, redis_url) as (_, subscription),
        writing(own_database) as writer,
    ):
        for _ in range(3):
            last = await writer.intake_events(4)
            await eventually(lambda seq=last: subscription.position == seq, "followed")
            await own_postgres.kill()
            await own_postgres.start()
        last = await writer.intake_events(4)
        await eventually(lambda: subscription.position == last, "followed", within=30)
        await eventually(lambda: complete(redis, log), "published", within=30)
        assert [each.length for each in log.epochs.all] == [0, 4, 8, 12]
        assert len({entry["epoch"] for _, entry in await entries(redis, ALL)}) == 4
        await eventually(lambda: publisher.status().healthy and subscription.status().healthy, "well")
        assert publisher.status().lost == {}
        assert await redis.exists(LOST) == 0


async def test_followers_and_relay_that_run_through_a_failover_take_nothing_that_was_lost(
    pair: Pair, redis: Redis, redis_url: str
) -> None:
    """Without a restart: what they have in their hands, read from the lost server, is dropped."""
    database = pair.database
    async with (
        publishing(database, redis_url) as (publisher, log),
        following(database, redis_url) as (_, subscription),
        writing(database) as writer,
    ):
        kept = await writer.intake_events(9)
        await eventually(lambda: subscription.position == kept, "followed")
        await pair.standby.caught_up()
        await pair.standby.stop()
        lost = await writer.intake_events(3)
        await eventually(lambda: subscription.position == lost, "the lost ones, too")
        await pair.fail_over()
        with pytest.raises(LogUnavailable, match="lost events"):
            await writer.intake_events(7)
        last = await writer.intake_events(7)
        assert last == kept + 7
        await eventually(lambda: complete(redis, log), "the streams are the promoted log's", within=60)
        await eventually(lambda: subscription.position == last, "and so is the follower", within=60)
        assert await rows(database) == list(range(1, last + 1))
        assert publisher.status().healthy
        ids = [entry["id"] for _, entry in await entries(redis, ALL)]
        assert ids == [str(each.event_id) for each in await log.read_raw(0, limit=1000)]


async def test_what_was_decided_on_lost_events_is_not_appended_to_the_promoted_log(pair: Pair) -> None:
    """A reaction in flight: its call breaks off with the primary, and is not sent again to a log without its cause."""
    database = pair.database
    async with await open_log(database, "intake") as intake, await open_log(database, "review") as review:
        writer = Writer(intake, review)
        await writer.intake_events(5)
        await pair.standby.caught_up()
        await pair.standby.stop()
        lost = await writer.intake_events(1)
        assert [each.seq for each in await review.read_raw(lost - 1)] == [lost]
        await pair.primary.kill()
        reacting = asyncio.create_task(writer.review_events(1))
        await asyncio.sleep(0.5)
        await pair.standby.start()
        await pair.standby.promote()
        with pytest.raises(LogUnavailable, match="lost events"):
            await reacting
        assert await review.head() == 5
        assert await writer.review_events(1) == 6


async def test_a_position_beyond_the_head_is_an_alarm_and_a_stop_and_a_restart_begins_anew(
    database: Database, writer: Writer, redis_url: str, publisher: Publisher
) -> None:
    async with following(database, redis_url) as (projector, subscription):
        head = await writer.intake_events(8)
        await eventually(lambda: subscription.position == head, "followed")
        await cut(database.owner_url, 5)
        await eventually(lambda: not subscription.status().healthy, "the alarm")
        assert "log was rolled back" in subscription.status().trouble or "are lost" in subscription.status().trouble
        assert subscription.status().lag <= 0
        rewritten = await writer.intake_events(6)
        await asyncio.sleep(1.5)
        assert rewritten > head
        assert not subscription.status().healthy, "numbers that fit again hide nothing"
        with pytest.raises(LogLostEvents):
            await projector.position()
    async with following(database, redis_url) as (_, subscription):
        await eventually(lambda: subscription.position == rewritten, "made anew")
        assert subscription.status().healthy
        assert await rows(database) == list(range(1, rewritten + 1))


async def test_an_event_that_somebody_invented_in_redis_is_not_taken_in(
    database: Database, writer: Writer, redis: Redis, redis_url: str
) -> None:
    async with following(database, redis_url) as (_, subscription):
        head = await writer.intake_events(3)
        await eventually(lambda: subscription.position == head, "followed")
        async with await open_log(database, "relay") as log:
            (last,) = await log.read_raw(head - 1)
            flat = fields(last, head, log.epochs.current)
        invented = dict(zip(flat[::2], flat[1::2], strict=True)) | {"seq": str(head + 1), "id": str(uuid4())}
        await add(redis, ALL, invented, under=f"{head + 1}-0")
        await asyncio.sleep(1.5)
        assert subscription.position == head
        assert await rows(database) == list(range(1, head + 1))
        assert await writer.intake_events(1) == head + 1
        await eventually(lambda: subscription.position == head + 1, "the log's own")


async def refused(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/events", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_feed_refuses_who_is_beyond_the_head_or_of_an_old_epoch_and_says_how_far(
    client: httpx.AsyncClient, writer: Writer, database: Database
) -> None:
    head = await writer.intake_events(32)
    old = (await page(client, after=0, limit=1000))["epoch"]
    for after in (head + 1, head + 3, 2**63 - 1):
        told = await refused(client, after=after)
        assert (told["head"], told["shared"], told["field"]) == (head, head, "after")
        assert f"seq {after}" in told["detail"]
        assert "日志" in told["title_zh"]
    assert (await page(client, after=head, epoch=old))["next"] == head
    await cut(database.owner_url, 29)
    await eventually(lambda: epoch_is_another(client, old), "the loss is noticed")
    rewritten = await writer.review_events(10)
    now = (await page(client, after=29))["epoch"]
    assert now != old
    assert {event["epoch"] for event in (await page(client, after=0, limit=1000))["events"]} == {old, now}
    for after in (30, 32, rewritten):
        told = await refused(client, after=after, epoch=old)
        assert (told["head"], told["shared"], told["epoch"]) == (rewritten, 29, now)
    assert len((await page(client, after=29, epoch=old))["events"]) == rewritten - 29
    assert (await page(client, after=rewritten, epoch=now))["events"] == []
    nobodys = await refused(client, after=1, epoch="019ad5c1-0000-7000-8000-000000000000")
    assert nobodys["shared"] == 0


async def test_server_sent_events_end_where_the_log_goes_back_and_reconnecting_is_refused(
    client: httpx.AsyncClient, writer: Writer, database: Database
) -> None:
    head = await writer.intake_events(5)
    epoch = (await page(client, after=0))["epoch"]
    lines: list[str] = []
    accept = {"Accept": "text/event-stream"}
    async with client.stream("GET", "/events", params={"after": 3, "epoch": epoch}, headers=accept) as answer:
        async for line in answer.aiter_lines():
            lines.append(line)
            if line == f"id: {head}@{epoch}":
                await cut(database.owner_url, 3)
    assert lines[-3] == "event: rolled-back"
    told = json.loads(lines[-2].partition(": ")[2])
    assert (told["head"], told["shared"]) == (3, 3)
    await writer.intake_events(7)
    for ident in (f"{head}@{epoch}", "999", f"999@{told['epoch']}"):
        answered = await client.get("/events", headers=accept | {"Last-Event-ID": ident})
        assert answered.status_code == 409, ident
    malformed = await client.get("/events", headers=accept | {"Last-Event-ID": "3@x"})
    assert (malformed.status_code, malformed.json()["field"]) == (422, "Last-Event-ID")


@pytest.mark.parametrize("beyond", [True, False])
async def test_the_consumer_of_the_documents_stops_where_it_holds_what_the_log_does_not(
    client: httpx.AsyncClient, settings: Settings, token: str, writer: Writer, database: Database, *, beyond: bool
) -> None:
    head = await writer.intake_events(10)
    epoch = (await page(client, after=0))["epoch"]
    consumer = Path(__file__).parents[2] / "docs" / "consumer.py"
    words = [str(consumer), settings.redis_url, f"http://127.0.0.1:{settings.port}/events", token]
    if beyond:
        words += [str(head + 3)]
    else:
        await cut(database.owner_url, 7)
        await eventually(lambda: epoch_is_another(client, epoch), "the loss is noticed")
        await writer.review_events(10)
        words += [str(head), epoch]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert b"the log has lost what was taken in" in err


async def epoch_is_another(client: httpx.AsyncClient, epoch: str) -> bool:
    return bool((await page(client, after=0))["epoch"] != epoch)
