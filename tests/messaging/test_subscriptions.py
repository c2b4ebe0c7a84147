# ruff: noqa: PLR0917 - tests ask for fixtures by name
"""A follower is given every event once and in order, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from deploy.local.valkey import EmbeddedValkey
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL
from shared.messaging.follower import SubscriptionPace, SubscriptionStatus
from shared.messaging.publisher import Publisher, PublisherPace
from shared.messaging.streams import Subscriptions
from shared.messaging.subscription import Subscription
from shared.projections.positions import Superseded
from tests.messaging.conftest import running
from tests.messaging.traffic import Ledger, Writer, add, entries, eventually, open_log, published
from tests.servers import Database

EAGER = SubscriptionPace(grace=0.2, page=20, idle=0.5, retry=0.1)
STRICT = SubscriptionPace(grace=60, page=20, idle=60, retry=0.1)
"""Too patient to look into the log: what arrives came by Redis."""

MakeLedger = Callable[[str], Awaitable[Ledger]]
MakePublisher = Callable[..., Publisher]
Subscribe = Callable[..., AbstractAsyncContextManager[Subscription]]


@pytest.fixture
async def own_log(database: Database) -> AsyncIterator[EventLog]:
    """The log as the following service sees it."""
    async with await open_log(database, "review") as opened:
        yield opened


@pytest.fixture
def subscribe(own_log: EventLog, redis_url: str) -> Subscribe:
    """Follow a stream for as long as it is wanted."""

    @asynccontextmanager
    async def subscribed(
        follower: Ledger,
        *,
        source: str | None = ALL,
        categories: tuple[str, ...] | None = None,
        pace: SubscriptionPace = EAGER,
        url: str = redis_url,
        internal: bool = False,
    ) -> AsyncIterator[Subscription]:
        subscriptions = Subscriptions(own_log, url, pace=pace)
        made = subscriptions.add(follower, source=source, categories=categories, include_internal=internal)
        async with subscriptions:
            yield made

    return subscribed


def has(ledger: Ledger, log: EventLog, categories: tuple[str, ...] | None = None) -> Callable[[], Awaitable[bool]]:
    """Whether a ledger holds just what it should."""

    async def whole() -> bool:
        return await ledger.lines() == await published(log, categories)

    return whole


async def test_every_event_once_and_in_order(
    publisher: Publisher, writer: Writer, log: EventLog, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine, pace=STRICT) as subscription:
        await writer.some(60)
        await eventually(has(mine, log), "all applied, through Redis alone")
        status: SubscriptionStatus = subscription.status()
        assert status.healthy
        assert status.live
        assert (status.lag, status.gaps, status.noise) == (0, 0, 0)


async def test_a_follower_of_one_service(
    publisher: Publisher, writer: Writer, log: EventLog, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    of_stream, of_all = await ledger("one"), await ledger("two")
    async with (
        subscribe(of_stream, source="events.intake", categories=("intake",), pace=STRICT),
        subscribe(of_all, source=ALL, categories=("intake",), pace=STRICT),
    ):
        await writer.some(40)
        await eventually(has(of_stream, log, ("intake",)), "all of intake, from its stream")
        await eventually(has(of_all, log, ("intake",)), "all of intake, from that of all")


async def test_it_goes_on_where_it_was(
    publisher: Publisher, writer: Writer, log: EventLog, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    mine = await ledger("projection")
    for _ in range(3):
        await writer.some(10)
        async with subscribe(mine):
            await writer.some(10)
            await eventually(has(mine, log), "all applied")


async def test_two_subscriptions_of_a_process_and_two_processes_of_a_follower(
    publisher: Publisher, writer: Writer, log: EventLog, own_log: EventLog, ledger: MakeLedger, redis_url: str
) -> None:
    one, other, twin = await ledger("one"), await ledger("other"), await ledger("one")
    first, second = Subscriptions(own_log, redis_url), Subscriptions(own_log, redis_url)
    first.add(one, source=ALL, categories=None)
    first.add(other, source="events.review", categories=("review",))
    second.add(twin, source=ALL, categories=None)
    with pytest.raises(ValueError, match="subscribed already"):
        first.add(one, source=ALL, categories=None)
    async with first, second:
        await writer.some(80)
        await eventually(has(one, log), "one has all")
        await eventually(has(other, log, ("review",)), "the other has its own")
        assert await twin.lines() == await one.lines()


async def test_without_redis_the_log_brings_everything(
    writer: Writer, log: EventLog, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine, url="redis://127.0.0.1:1/0") as subscription:
        await writer.some(30)
        await eventually(has(mine, log), "all applied")
        assert subscription.status().healthy
        assert not subscription.status().live


async def test_internal_events_come_from_the_log(
    publisher: Publisher,
    writer: Writer,
    log: EventLog,
    own_log: EventLog,
    ledger: MakeLedger,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    with pytest.raises(ValueError, match="internal"):
        Subscription(mine, own_log, source=ALL, categories=("review",), include_internal=True)
    async with subscribe(mine, source=None, categories=("review",), internal=True):
        await writer.review_events(2)
        last = await writer.internal_event()
        await eventually(lambda: lines_are(mine, [1, 2, last]), "all applied")


async def lines_are(ledger: Ledger, expected: list[int]) -> bool:
    return await ledger.lines() == expected


async def test_a_gap_is_read_from_the_log(
    make_publisher: MakePublisher,
    writer: Writer,
    log: EventLog,
    redis: Redis,
    ledger: MakeLedger,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    last = await writer.some(30)
    async with running(make_publisher()) as publisher:
        await eventually(lambda: publisher.status().tails.get(ALL) == last, "all published")
    await redis.xdel(ALL, "1-0", "7-0", "8-0", "30-0")
    async with subscribe(mine, pace=SubscriptionPace(grace=60, page=5)) as subscription:
        await eventually(has(mine, log), "all applied")
        assert subscription.status().gaps > 0


async def test_a_flush_in_the_middle_of_traffic(
    publisher: Publisher,
    writer: Writer,
    log: EventLog,
    redis: Redis,
    ledger: MakeLedger,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine) as subscription:
        for _ in range(6):
            await writer.some(12)
            await redis.flushdb()
        await eventually(has(mine, log), "all applied")
        await writer.some(3)
        await eventually(has(mine, log), "the rest, too")
        await eventually(lambda: subscription.status().healthy, "well")


async def test_live_again_after_a_flush(
    publisher: Publisher,
    writer: Writer,
    log: EventLog,
    redis: Redis,
    ledger: MakeLedger,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine, pace=STRICT):
        await writer.some(10)
        await eventually(has(mine, log), "all applied")
        await redis.flushdb()
        await writer.some(10)
        await eventually(has(mine, log), "all applied, through Redis alone")


async def test_valkey_restarts_in_the_middle(
    make_publisher: MakePublisher,
    writer: Writer,
    log: EventLog,
    ledger: MakeLedger,
    own_valkey: EmbeddedValkey,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    async with (
        running(make_publisher(url=own_valkey.url)),
        subscribe(mine, url=own_valkey.url) as subscription,
    ):
        await eventually(lambda: writes_until_live(writer, subscription), "live")
        await own_valkey.kill()
        await writer.some(10)
        await eventually(has(mine, log), "all applied while Redis is away")
        await own_valkey.start()
        await eventually(lambda: writes_until_live(writer, subscription), "live again", within=30)
        await eventually(has(mine, log), "all applied")
        assert subscription.status().healthy


async def test_valkey_accepts_and_never_answers(
    make_publisher: MakePublisher,
    writer: Writer,
    log: EventLog,
    ledger: MakeLedger,
    own_valkey: EmbeddedValkey,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    async with running(make_publisher(url=own_valkey.url)), subscribe(mine, url=own_valkey.url) as subscription:
        await eventually(lambda: writes_until_live(writer, subscription), "live")
        own_valkey.pause()
        await writer.some(10)
        await eventually(has(mine, log), "all applied meanwhile")
        own_valkey.resume()
        await eventually(lambda: writes_until_live(writer, subscription), "live again", within=30)
        await eventually(has(mine, log), "all applied")


async def writes_until_live(writer: Writer, subscription: Subscription) -> bool:
    await writer.some(1)
    await asyncio.sleep(0.3)
    return subscription.status().live


async def test_a_consumer_from_nothing_when_the_streams_are_trimmed(
    make_publisher: MakePublisher,
    writer: Writer,
    log: EventLog,
    redis: Redis,
    ledger: MakeLedger,
    subscribe: Subscribe,
) -> None:
    await writer.intake_events(300)
    await writer.review_events(300)
    pace = PublisherPace(look=0.1, trim=0.1, page=100, retention=timedelta(milliseconds=1))
    async with running(make_publisher(pace)):
        last = await writer.some(10)
        await eventually(lambda: short(redis, last), "trimmed")
        mine = await ledger("newcomer")
        async with subscribe(mine, pace=STRICT):
            await eventually(has(mine, log), "all applied")


async def short(redis: Redis, last: int) -> bool:
    found = await entries(redis, ALL)
    return len(found) < 300 and found[-1:] != [] and found[-1][0] == f"{last}-0"


async def test_a_transient_error_is_tried_again_in_place(
    publisher: Publisher, writer: Writer, log: EventLog, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine, pace=STRICT) as subscription:
        await writer.some(5)
        mine.fails = [OSError("away") for _ in range(4)]
        await writer.some(5)
        await eventually(lambda: not subscription.status().healthy, "trouble is told")
        await writer.some(5)
        await eventually(has(mine, log), "all applied")
        await eventually(lambda: subscription.status().healthy, "well again")


async def test_a_position_that_is_set_back_is_followed(
    publisher: Publisher, writer: Writer, log: EventLog, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine):
        last = await writer.some(20)
        await eventually(has(mine, log), "all applied")
        await mine.pool.execute("begin; update review.place set seq = 0; truncate review.ledger; commit")
        await eventually(has(mine, log), "all applied again, without news")
        await mine.pool.execute("begin; update review.place set seq = 0; truncate review.ledger; commit")
        await writer.some(1)
        await eventually(has(mine, log), "and with news")
        assert (await mine.lines())[-1] > last


async def test_garbage_is_noise_and_the_log_is_believed(
    publisher: Publisher,
    writer: Writer,
    log: EventLog,
    own_log: EventLog,
    redis: Redis,
    ledger: MakeLedger,
    redis_url: str,
) -> None:
    mine, heard = await ledger("projection"), []
    subscriptions = Subscriptions(own_log, redis_url, pace=EAGER)
    made = subscriptions.add(
        mine,
        source=ALL,
        categories=None,
        on_noise=lambda name, found_id, reason: heard.append((name, found_id, reason)),
    )
    async with subscriptions:
        await writer.some(5)
        await eventually(has(mine, log), "all applied")
        newest_id, newest = (await entries(redis, ALL))[-1]
        await add(redis, ALL, {"foo": "bar"}, under=f"{int(newest_id.partition('-')[0])}-1")
        await add(redis, ALL, newest, under=f"{int(newest_id.partition('-')[0])}-2")
        await add(redis, ALL, {"\udcff".encode("utf-8", "surrogateescape").decode("latin-1"): "x"})
        await eventually(lambda: len(heard) == 3, "noise is told")
        await writer.some(5)
        await eventually(has(mine, log), "all applied, nothing twice")
        await eventually(lambda: writes_until_live(writer, made), "live again")
        await eventually(has(mine, log), "all applied")
        assert made.status().healthy
        assert {name for name, _, _ in heard} == {"projection"}


async def test_a_forged_event_beyond_a_gap_is_not_believed(
    publisher: Publisher,
    writer: Writer,
    log: EventLog,
    redis: Redis,
    ledger: MakeLedger,
    subscribe: Subscribe,
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine) as subscription:
        last = await writer.some(5)
        await eventually(has(mine, log), "all applied")
        forged = (await entries(redis, ALL))[-1][1] | {"seq": str(last + 9), "prev": str(last + 8)}
        await add(redis, ALL, forged, under=f"{last + 9}-0")
        await eventually(lambda: subscription.status().noise == 1, "noise is told")
        await redis.delete(ALL)
        await writer.some(10)
        await eventually(has(mine, log), "all applied")


async def test_a_dead_reader_makes_health_fail(
    publisher: Publisher, writer: Writer, log: EventLog, own_log: EventLog, ledger: MakeLedger, redis_url: str
) -> None:
    mine = await ledger("projection")
    subscriptions = Subscriptions(own_log, redis_url, pace=EAGER)
    made = subscriptions.add(mine, source=ALL, categories=None)
    async with subscriptions:
        await eventually(lambda: writes_until_live(writer, made), "live")
        assert subscriptions.status()[0].healthy
        await subscriptions.broker.subscribers[0].stop()
        assert not subscriptions.status()[0].healthy
        await writer.some(5)
        await eventually(has(mine, log), "the log goes on meanwhile")
    assert not subscriptions.status()[0].running


async def test_a_superseded_follower_ends(
    publisher: Publisher, writer: Writer, ledger: MakeLedger, subscribe: Subscribe
) -> None:
    mine = await ledger("projection")
    async with subscribe(mine) as subscription:
        mine.fails = [Superseded("version 2 is in place")]
        await writer.some(1)
        await eventually(lambda: not subscription.status().running, "ended")
        assert subscription.status().trouble == "version 2 is in place"
        assert not subscription.status().healthy
    assert await mine.lines() == []
