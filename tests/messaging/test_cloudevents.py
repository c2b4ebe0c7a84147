"""The published form: exact there and back, and CloudEvents 1.0."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from uuid import uuid4

import msgspec
import pytest

from shared.eventlog.codec import StoredEvent
from shared.eventlog.envelopes import envelope
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import NotOurs, document, fields, parse, parse_entry
from tests.messaging.traffic import OPINION, Writer


def entry(flat: list[str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in zip(flat[::2], flat[1::2], strict=True)}


@pytest.fixture
async def stored(writer: Writer, log: EventLog) -> StoredEvent:
    await writer.review_events()
    await writer.intake_events()
    return (await log.read_raw(1))[0]


async def test_an_event_read_from_a_stream_equals_the_one_read_from_the_log(stored: StoredEvent, log: EventLog) -> None:
    found = parse_entry("2-0", entry(fields(stored, 1)))
    assert found.prev == 1
    assert found.event == stored
    assert [envelope(found.event)] == await log.read_all(1)
    assert envelope(found.event).event.opinion == OPINION  # type: ignore[attr-defined]


async def test_the_stored_text_is_published_as_it_is(stored: StoredEvent) -> None:
    odd = msgspec.structs.replace(stored, data='{ "kept" : 1.50,\t"as":"\\u5409" }')
    assert entry(fields(odd, 0))[b"data"].decode() == odd.data
    assert document(odd, 0).endswith(f',"data":{odd.data}}}')


async def test_the_feed_and_the_stream_say_the_same(stored: StoredEvent) -> None:
    shown = json.loads(document(stored, 1))
    data = shown.pop("data")
    flat = {name.decode(): value.decode() for name, value in entry(fields(stored, 1)).items()}
    assert json.loads(flat.pop("data")) == data
    assert {name: str(value) for name, value in shown.items()} == flat
    assert (shown["seq"], shown["prev"], shown["streamversion"]) == (2, 1, 1)


async def test_it_is_a_cloudevent(stored: StoredEvent) -> None:
    shown = json.loads(document(stored, 0))
    assert shown["specversion"] == "1.0"
    assert shown["source"] == "/juqu/intake"
    assert shown["type"] == "juqu.intake.ApplicationEndorsed.v1"
    assert shown["subject"] == stored.stream.rpartition("/")[2]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", shown["time"])
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in shown)
    assert all(value != "" for value in shown.values())


async def test_what_an_event_does_not_have_is_absent(stored: StoredEvent) -> None:
    bare = msgspec.structs.replace(stored, causation_id=None, policy_version="", correlation_id="")
    flat = fields(bare, 0)
    assert not {"causationid", "policyversion", "correlationid"} & set(flat[::2])
    assert parse_entry("2-0", entry(flat)).event == bare


async def test_another_stream_differs_in_prev_only(stored: StoredEvent) -> None:
    flat = fields(stored, 1)
    again = fields(stored, 0)
    assert [pair for pair in zip(flat, again, strict=True) if len(set(pair)) > 1] == [("1", "0")]
    assert ("prev", "0") in pairwise(again)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("type", "com.other.Thing"),
        ("type", "juqu.intake.ApplicationEndorsed.v0"),
        ("source", "/juqu/review"),
        ("stream", "intake"),
        ("seq", "two"),
        ("prev", "2"),
        ("prev", "-1"),
        ("id", "1"),
        ("time", "2026-03-02T00:00:00"),
        ("effectiveon", "2026-02-30"),
    ],
)
async def test_a_forged_attribute_is_found(stored: StoredEvent, name: str, value: str) -> None:
    forged = entry(fields(stored, 1)) | {name.encode(): value.encode()}
    with pytest.raises(NotOurs):
        parse_entry("2-0", forged)


async def test_an_entry_under_another_id_is_not_ours(stored: StoredEvent) -> None:
    for found_id in ("3-0", "2-1", "1795364028603-0"):
        with pytest.raises(NotOurs):
            parse_entry(found_id, entry(fields(stored, 1)))


@pytest.mark.parametrize("garbage", [{}, {b"foo": b"bar"}, {b"\xff": b"\xfe"}])
def test_garbage_is_not_ours(garbage: dict[bytes, bytes]) -> None:
    with pytest.raises(NotOurs):
        parse_entry("2-0", garbage)


def test_a_missing_attribute_is_named() -> None:
    with pytest.raises(NotOurs, match="no attribute type"):
        parse({"specversion": "1.0", "id": str(uuid4())})
