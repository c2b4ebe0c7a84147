"""An event stored under an old version, wherever it is read: to the program it is today's, to the world what it was."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis

from deploy.operator.running.commands import documents
from services.relay.feed import Selection, read_page
from shared.contracts.core import Envelope, Event, EventType
from shared.eventlog.codec import encode
from shared.eventlog.epochs import Footing
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL
from shared.messaging.follower import SubscriptionPace
from shared.messaging.publisher import Publisher, PublisherPace
from shared.messaging.schemas import SCHEMA_FOLDER, asyncapi, kept_schemas, schemas
from shared.messaging.streams import Subscriptions
from tests.contracts.conftest import Contracts
from tests.contracts.examples import Item, Mark, Noted, SecondNoted, from_first
from tests.messaging.conftest import running
from tests.messaging.traffic import context, entries, eventually
from tests.servers import Database

STREAM = "intake/application/old"
FACTS = {"case_id": "case", "on": date(2018, 4, 28), "items": (Item(name="𠮷", mark=Mark.FAIR),)}
STORED = '{"case_id":"case","remark":"同意","on":"2018-04-28","items":[{"name":"𠮷","mark":"fair"}]}'
TODAY = '{"case_id":"case","opinion":"同意","by":null,"on":"2018-04-28","items":[{"name":"𠮷","mark":"fair"}]}'


@dataclass
class Reader:
    """A consumer of the house: a follower that remembers what it was given."""

    name: str = "reader"
    place: int = 0
    given: list[Envelope] = field(default_factory=list)

    async def position(self) -> int:
        return self.place

    async def apply(self, page: Sequence[Envelope], upto: int, _footing: Footing | None = None) -> None:
        self.given += page
        self.place = upto


@pytest.fixture
async def log(database: Database, contracts: Contracts) -> AsyncIterator[EventLog]:
    """A log with an event of the first version, in a build that knows the second one and the way there."""
    first = made(contracts.define(Noted), **FACTS, remark="同意")
    async with await EventLog.open(database.url("intake")) as opened:
        await opened.append(STREAM, 0, [first], context())
        contracts.remove(1)
        contracts.define(SecondNoted, 2)
        contracts.upcast(1, from_first)
        yield opened


def made(kind: EventType, **facts: object) -> Event:
    return cast("Callable[..., Event]", kind.cls)(**facts)


async def _holds(redis: Redis, stream: str) -> bool:
    return bool(await redis.exists(stream))


@asynccontextmanager
async def publishing(database: Database, redis_url: str) -> AsyncIterator[EventLog]:
    async with await EventLog.open(database.url("relay")) as log:
        publisher = Publisher(
            log,
            database_url=database.url("relay"),
            redis_url=redis_url,
            services=("intake",),
            pace=PublisherPace(look=0.1),
            lock=1,
        )
        async with running(publisher):
            yield log


async def test_a_stream_and_the_log_give_the_event_as_it_is_today(log: EventLog) -> None:
    (of_stream,) = await log.read_stream(STREAM)
    (of_log,) = await log.read_all(0)
    assert of_stream == of_log
    assert (encode(of_log.event), of_log.schema_version) == (TODAY, 1)


async def test_both_versions_stand_in_one_stream(log: EventLog) -> None:
    (old,) = await log.read_stream(STREAM)
    await log.append(STREAM, 1, [old.event], context())
    first, second = await log.read_stream(STREAM)
    assert first.event == second.event == old.event
    assert (first.schema_version, second.schema_version) == (1, 2)


async def test_the_feed_gives_the_version_that_was_stored(log: EventLog, database: Database) -> None:
    async with await EventLog.open(database.url("relay")) as relay:
        page = await read_page(relay, Selection((), frozenset({"juqu.examples.Noted.v1"})), 0, 10)
    (event,) = json.loads(page.json())["events"]
    assert (event["type"], event["data"]) == ("juqu.examples.Noted.v1", json.loads(STORED))


@pytest.mark.parametrize("source", [ALL, "events.intake", None])
async def test_a_follower_takes_in_today_s_event_and_the_streams_hold_the_stored_one(
    log: EventLog, database: Database, redis_url: str, source: str | None
) -> None:
    reader = Reader()
    subscriptions = Subscriptions(log, redis_url, pace=SubscriptionPace(grace=10.0 if source else 0.2))
    subscriptions.add(reader, source=source, categories=None)

    async with (
        publishing(database, redis_url),
        subscriptions,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        await eventually(lambda: bool(reader.given), "the event")
        await eventually(lambda: _holds(redis, ALL), "its publication")
        ((_, entry),) = await entries(redis, ALL)

    assert [(encode(each.event), each.schema_version) for each in reader.given] == [(TODAY, 1)]
    assert (entry["type"], entry["data"]) == ("juqu.examples.Noted.v1", STORED)


def test_the_schema_of_a_version_without_a_class_is_kept_and_listed(contracts: Contracts) -> None:
    contracts.define(SecondNoted, 2)
    assert "docs/schemas/examples.Noted.v1.json" not in kept_schemas()
    contracts.upcast(1, from_first)

    assert "docs/schemas/examples.Noted.v1.json" in kept_schemas()
    assert "examples.Noted.v1" not in schemas()
    document = asyncapi()
    message = document["components"]["messages"]["examples.Noted.v1"]
    assert message["name"] == "juqu.examples.Noted.v1"
    assert message["payload"]["schema"] == {"$ref": "schemas/examples.Noted.v1.json"}
    assert message["summary"] == "No longer written; version 2 is"
    assert {"examples.Noted.v1", "examples.Noted.v2"} <= document["channels"][ALL]["messages"].keys()


def test_writing_the_documents_leaves_the_schema_of_a_version_without_a_class_alone(
    contracts: Contracts, tmp_path: Path
) -> None:
    old, gone = (tmp_path / SCHEMA_FOLDER / f"examples.{name}.v1.json" for name in ("Noted", "Gone"))
    old.parent.mkdir(parents=True)
    old.write_text("as it was")
    gone.write_text("of nothing")
    contracts.define(SecondNoted, 2)
    contracts.upcast(1, from_first)

    documents(check=False, root=tmp_path)
    documents(check=True, root=tmp_path)

    assert old.read_text() == "as it was"
    assert not gone.exists()
