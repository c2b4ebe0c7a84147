# ruff: noqa: PLR0917 - tests ask for fixtures by name
"""The feed and the relay that serves it, over HTTP."""

from __future__ import annotations

import ast
import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.relay.app import read_pace
from services.relay.feed import Selection, follow
from shared.contracts.core import Actor, Role
from shared.eventlog.log import EventLog
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.settings import SettingError, Settings, read_settings
from tests.messaging.traffic import Writer, entries, eventually, published

OFFICER = Actor("o", "o", "city:220100", frozenset({Role.CITY}))


async def page(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/events", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_pages_hold_every_published_event_in_order(
    client: httpx.AsyncClient, writer: Writer, log: EventLog
) -> None:
    await writer.some(30)
    await writer.internal_event()
    found: list[dict[str, Any]] = []
    after, head = 0, 1
    while after < head:
        answer = await page(client, after=after, limit=7)
        found += answer["events"]
        after, head = answer["next"], answer["head"]
    assert [event["seq"] for event in found] == await published(log)
    assert [event["prev"] for event in found] == [0, *(event["seq"] for event in found[:-1])]
    assert after == head == await log.head()
    again = await page(client, after=after)
    assert again == {"events": [], "next": head, "head": head, "epoch": str(log.epochs.current)}
    assert {event["epoch"] for event in found} == {again["epoch"]}


async def test_the_feed_says_what_the_streams_say(client: httpx.AsyncClient, writer: Writer, redis: Redis) -> None:
    await writer.some(12)
    for stream, asked in (("events.all", {}), ("events.intake", {"services": "intake"})):
        answer = await page(client, limit=500, **asked)
        await eventually(lambda s=stream, a=answer: as_many(redis, s, len(a["events"])), "published")
        for (_, entry), event in zip(await entries(redis, stream), answer["events"], strict=True):
            assert json.loads(entry.pop("data")) == event.pop("data")
            assert entry == {name: str(value) for name, value in event.items()}
    start = answer["events"][3]["seq"]
    assert (await page(client, after=start, services="intake"))["events"][0]["prev"] == start


async def as_many(redis: Redis, stream: str, count: int) -> bool:
    return bool(await redis.xlen(stream) == count)


async def test_types_narrow_what_is_given_and_not_where_one_is(client: httpx.AsyncClient, writer: Writer) -> None:
    await writer.some(20)
    last = await writer.review_events()
    name = "juqu.intake.ApplicationEndorsed"
    for asked in (name, f"{name}.v1", f"juqu.review.Other,{name}"):
        answer = await page(client, types=asked, limit=1000)
        assert {event["type"] for event in answer["events"]} == {f"{name}.v1"}
        assert answer["next"] == last
    assert (await page(client, types=f"{name}.v2"))["events"] == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"after": "-1"}, "after"),
        ({"after": "x"}, "after"),
        ({"after": str(2**64)}, "after"),
        ({"limit": "0"}, "limit"),
        ({"limit": "100000"}, "limit"),
        ({"services": "portal"}, "services"),
        ({"types": "x" * 5000}, "types"),
    ],
)
async def test_a_malformed_parameter_is_named(client: httpx.AsyncClient, asked: dict[str, str], field: str) -> None:
    answer = await client.get("/events", params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field


async def test_a_malformed_last_event_id_is_named(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "abc"}
    answer = await client.get("/events", headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "Last-Event-ID")


async def test_it_takes_a_token_of_a_reader(client: httpx.AsyncClient, settings: Settings) -> None:
    assert (await client.get("/events", headers={"Authorization": ""})).status_code == 401
    assert (await client.get("/events", headers={"Authorization": "Bearer x.y.z"})).status_code == 401
    officers = DevelopmentIssuer(settings.keys_dir).token(OFFICER)
    refused = await client.get("/events", headers={"Authorization": f"Bearer {officers}"})
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")


async def listen(client: httpx.AsyncClient, count: int, headers: dict[str, str], **asked: Any) -> list[dict[str, Any]]:
    """The first so many server-sent events."""
    found: list[dict[str, Any]] = []
    ident = ""
    async with client.stream(
        "GET", "/events", params=asked, headers={"Accept": "text/event-stream", **headers}
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                ident = value
            if name == "data":
                found.append(json.loads(value))
                assert ident == str(found[-1]["seq"])
            if len(found) == count:
                break
    return found


async def test_server_sent_events_go_on_as_events_come(
    client: httpx.AsyncClient, writer: Writer, log: EventLog
) -> None:
    await writer.some(5)
    before = await published(log)
    listening = asyncio.create_task(listen(client, len(before) + 6, {}))
    await writer.intake_events(2)
    await writer.internal_event()
    await writer.review_events(4)
    found = await asyncio.wait_for(listening, 10)
    assert [event["seq"] for event in found] == await published(log)
    resumed = await asyncio.wait_for(listen(client, 2, {"Last-Event-ID": str(found[2]["seq"])}, after=0), 10)
    assert resumed == found[3:5]


async def test_silence_is_broken_by_heartbeats(log: EventLog, writer: Writer) -> None:
    await writer.review_events()
    lines = follow(log, Selection(("intake",), frozenset()), 0, heartbeat=0.1)
    assert await anext(lines) == "retry: 1000\n\n"
    assert await anext(lines) == ": alive\n\n"
    await writer.review_events()
    assert await anext(lines) == ": alive\n\n"
    await writer.intake_events()
    assert (await anext(lines)).startswith("id: 3\ndata: ")
    await lines.aclose()  # type: ignore[attr-defined]


async def test_health_tells_role_tails_and_faults(client: httpx.AsyncClient, writer: Writer, redis: Redis) -> None:
    last = await writer.some(4)
    await eventually(lambda: health_is(client, 200, lambda told: told["tails"]["events.all"] == last), "published")
    told = (await client.get("/health")).json()
    assert (told["role"], told["head"], told["lag"], told["faults"]) == ("leading", last, 0, {})
    await redis.delete("events.notify")
    await redis.xadd("events.notify", {"not": "ours"})
    await eventually(
        lambda: health_is(client, 503, lambda told: "events.notify" in told["faults"]), "the fault is told"
    )


async def health_is(client: httpx.AsyncClient, status: int, condition: Callable[[dict[str, Any]], bool]) -> bool:
    answer = await client.get("/health")
    return answer.status_code == status and condition(answer.json())


async def test_the_asyncapi_document_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"


def test_the_retention_is_a_setting(settings: Settings) -> None:
    given = dict(settings.environment)
    assert read_pace(settings).retention.days == 30
    assert read_pace(read_settings("relay", given | {"JUQU_RETENTION_DAYS": "0.5"})).retention.seconds == 43200
    for wrong in ("x", "0", "-1", "1e99"):
        with pytest.raises(SettingError, match="JUQU_RETENTION_DAYS"):
            read_pace(read_settings("relay", given | {"JUQU_RETENTION_DAYS": wrong}))


async def test_the_foreign_consumer_sees_every_event_once(
    client: httpx.AsyncClient, settings: Settings, token: str, writer: Writer, log: EventLog, redis: Redis
) -> None:
    await writer.some(10)
    consumer = Path(__file__).parents[2] / "docs" / "consumer.py"
    arguments = [str(consumer), settings.redis_url, f"http://127.0.0.1:{settings.port}/events", token]
    process = await asyncio.create_subprocess_exec(sys.executable, "-I", *arguments, stdout=subprocess.PIPE)
    assert process.stdout is not None
    seen: list[int] = []

    async def read(output: asyncio.StreamReader) -> None:
        while line := await output.readline():
            seen.append(int(line.split()[0]))

    reading = asyncio.create_task(read(process.stdout))
    try:
        await eventually(lambda: holds(seen, log), "what was there")
        for _ in range(4):
            await writer.some(8)
            await redis.flushdb()
            await writer.internal_event()
        await redis.xtrim("events.all", maxlen=1, approximate=False)
        await writer.some(8)
        await eventually(lambda: holds(seen, log), "what came")
    finally:
        process.kill()
        await process.wait()
        await reading
    imported = {
        name.name
        for node in ast.walk(ast.parse(consumer.read_text()))
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported == {"json", "sys", "time", "urllib.request", "redis"}


async def holds(seen: list[int], log: EventLog) -> bool:
    return seen == await published(log)
