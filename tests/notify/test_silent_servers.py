"""Servers that take a connection and say nothing, and places that are slow: they hold up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.notify.channels.entrance import SOON, Entrance
from services.notify.channels.outcome import Misconfigured, ProviderDown
from services.notify.sending.breaker import Breaker
from services.notify.sending.crowd import SLOW, Crowd
from shared.contracts.notify import Channel
from tests.notify.conftest import Peers
from tests.notify.messages import delivery
from tests.notify.waiting import eventually

Start = Callable[..., Any]


@asynccontextmanager
async def silent_server() -> AsyncIterator[tuple[int, list[int]]]:
    """A server that takes every connection and never greets; with the ports that somebody came from."""
    came: list[int] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer.get_extra_info("peername")[1])
        await reader.read()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], came
    finally:
        server.close()


async def test_a_server_that_never_greets_holds_up_no_mail(start: Start, peers: Peers) -> None:
    """A hundred mails go by the second server, and no attempt is spent on the first, which one at a time tries."""
    mails = [delivery(n, address=f"demo{n}@example.invalid") for n in range(100)]
    async with (
        silent_server() as (port, came),
        start(JUQU_SMTP_URL=f"smtp://127.0.0.1:{port}", JUQU_SMTP_URL_2=peers.mail_url) as running,
    ):
        await running.request(*mails)
        await eventually(lambda: len(peers.mails()) == 100)
        rows = [await running.until(each.delivery_id, "accepted") for each in mails]
    assert {(row["provider"], row["attempts"]) for row in rows} == {("smtp-2", 1)}
    assert len(came) <= 5, "it is tried by one at a time"


async def test_a_centre_that_never_answers_the_bind_holds_up_no_message(start: Start, peers: Peers) -> None:
    texts = [delivery(n, channel=Channel.SMS, address=f"0000000{n:04d}", body="【吉】一") for n in range(2, 42)]
    async with silent_server() as (port, came):
        first = f"smpp://juqu:local@127.0.0.1:{port}"
        async with start(JUQU_SMPP_URL=first, JUQU_SMPP_URL_2=peers.sms_url) as running:
            await running.request(*texts)
            rows = [await running.until(each.delivery_id, "delivered", within=30) for each in texts]
    assert {row["provider"] for row in rows} == {"smpp-2"}
    assert len(came) <= 5


async def test_a_domain_that_is_slow_holds_up_no_other(start: Start, peers: Peers) -> None:
    stuck = [delivery(n, address="hang@slow.invalid") for n in range(30)]
    others = [delivery(100 + n, address=f"demo{n}@example.invalid") for n in range(30)]
    async with start() as running:
        await running.request(*stuck)
        await running.until(stuck[0].delivery_id, "attempting")
        await running.request(*others)
        for each in others:
            await running.until(each.delivery_id, "accepted", within=4 * SLOW)
        waiting = [(await running.row(each.delivery_id))["state"] for each in stuck]
    assert waiting.count("attempting") <= 24


async def test_while_one_waits_to_be_let_in_the_others_have_what_came_of_it() -> None:
    entrance, tried = Entrance(), 0
    let_go = asyncio.Event()

    async def refused() -> int:
        nonlocal tried
        tried += 1
        await let_go.wait()
        raise Misconfigured("535 no")

    async def enter() -> BaseException | int:
        try:
            return await entrance.enter(refused)
        except ProviderDown as error:
            return error

    every = [asyncio.create_task(enter()) for _ in range(20)]
    await asyncio.sleep(0.05)
    let_go.set()
    assert {(type(each), str(each)) for each in await asyncio.gather(*every)} == {(Misconfigured, "535 no")}
    assert tried == 1


async def test_who_comes_while_another_is_kept_waiting_goes_elsewhere_at_once() -> None:
    entrance, forever = Entrance(), asyncio.Event()
    first = asyncio.create_task(entrance.enter(forever.wait))
    await asyncio.sleep(SOON + 0.1)
    with pytest.raises(ProviderDown):
        await entrance.enter(_never_tried)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    forever.set()
    assert await entrance.enter(forever.wait), "nobody is in the way any more"


async def _never_tried() -> None:
    pytest.fail("another one is kept waiting by it")


async def test_a_server_that_answers_lets_in_many_at_once() -> None:
    entrance, inside, most = Entrance(), 0, 0

    async def go_in() -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.05)
        inside -= 1
        return most

    await entrance.enter(go_in)
    await asyncio.gather(*(entrance.enter(go_in) for _ in range(10)))
    assert most == 10


def test_those_who_fail_together_close_the_gate_once() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.failed("down")
    assert breaker._failures == 1
    assert not breaker.open


def test_a_place_is_a_crowd_only_while_it_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("services.notify.sending.crowd.time.monotonic", lambda: now)
    crowd = Crowd()
    with crowd.joined("a", "1"), crowd.joined("a", "2"), crowd.joined("", "3"):
        assert not crowd.waits("a", 8)
        now = SLOW + 1
        assert crowd.waits("a", 8)
        assert not crowd.waits("a", 12)
        assert not crowd.waits("b", 8)
    assert not crowd.waits("a", 8)
