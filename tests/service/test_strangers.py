"""Counting strangers: who is one client, and what holds while Redis is away or silent."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import pytest
from fastapi import Request

from deploy.operator.frame.definitions import definitions
from shared.contracts.core import Command
from shared.programme.policy import policy_in_force
from shared.service.http.problems import Problem
from shared.service.limits.limiting import Limiter
from shared.service.limits.strangers import PUBLIC, Strangers, client_of, read_rates
from shared.service.limits.too_long import refuse_too_long
from shared.service.settings import SettingError
from tests.specification import context

ALL = {"JUQU_PUBLIC_CLIENT_RATE": "2/minute", "JUQU_PUBLIC_CASE_RATE": "3/minute", "JUQU_PUBLIC_RATE": "4/minute"}


def request_of(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1) if host is not None else None})


def strangers(redis_url: str, **rates: str) -> Strangers:
    return Strangers(Limiter(redis_url), read_rates(ALL | rates))


async def refused(who: Strangers, host: str, act: str = "object", about: str = "case") -> int:
    """The status that a request of a client is answered with, 0 where it is let in."""
    problem: Problem | None = None
    try:
        await who.admit(request_of(host), act, about)
    except Problem as raised:
        problem = raised
    if problem is None:
        return 0
    assert 0 < int((problem.headers or {})["Retry-After"]) <= 60
    assert problem.body["detail_zh"]
    return problem.status


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        (None, ""),
    ],
)
def test_a_client_is_an_address_or_the_site_of_one(host: str | None, client: str) -> None:
    assert client_of(request_of(host)) == client


async def test_requests_are_counted_by_client_by_case_and_in_all(redis_url: str) -> None:
    who = strangers(redis_url)
    assert [await refused(who, "a") for _ in range(3)] == [0, 0, 429]
    assert [await refused(who, "b") for _ in range(2)] == [0, 429]
    assert await refused(who, "b", about="another") == 0
    assert await refused(who, "c", about="another") == 429
    assert await refused(who, "c", act="subscribe") == 0


async def test_all_processes_count_together(redis_url: str) -> None:
    one, other = strangers(redis_url), strangers(redis_url)
    assert [await refused(one, "a"), await refused(other, "a"), await refused(one, "a")] == [0, 0, 429]
    assert await refused(other, "a") == 429


async def test_what_is_refused_to_one_client_takes_nobody_elses_place(redis_url: str) -> None:
    who = strangers(redis_url)
    assert [await refused(who, "a") for _ in range(12)] == [0, 0] + [429] * 10
    assert await refused(who, "b") == 0


async def test_while_redis_is_away_each_process_counts_alone() -> None:
    who = strangers("redis://127.0.0.1:1")
    assert [await refused(who, "a") for _ in range(3)] == [0, 0, 429]


async def test_a_silent_redis_holds_nobody_up() -> None:
    asked = 0

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    who = strangers(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert [await refused(who, "a") for _ in range(6)] == [0, 0] + [429] * 4
    assert asked < 6, "who comes after one that waited does not wait"
    server.close()


def test_rates_that_cannot_be_read_are_named_and_none_is_no_limit() -> None:
    with pytest.raises(SettingError, match="JUQU_PUBLIC_CASE_RATE"):
        read_rates({"JUQU_PUBLIC_CASE_RATE": "often"})
    assert read_rates({"JUQU_PUBLIC_RATE": "none"}).in_all == ()


def test_every_text_of_every_command_of_every_service_is_bounded() -> None:
    """A command with a text of two million characters anywhere is refused, whatever the field."""
    assert {"intake", "review", "lifecycle", "notify"} <= {each.name for each in definitions()}
    law, long = policy_in_force(context(PUBLIC).effective_on), "长" * 2_000_000
    tried = 0
    for kind in _commands(Command):
        for name in (one.name for one in fields(kind) if one.type in {"str", "Name", "PublicText", "PersonName"}):
            made = object.__new__(kind)
            for one in fields(kind):
                object.__setattr__(made, one.name, long if one.name == name else None)
            with pytest.raises(Problem) as told:
                refuse_too_long(made, law)
            assert told.value.body["field"] == name
            tried += 1
    assert tried > 60


def _commands(of: type[Command]) -> list[type[Command]]:
    return [each for one in of.__subclasses__() for each in (one, *_commands(one))]
