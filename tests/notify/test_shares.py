"""Shares of numbers and of providers: taken when bytes leave, and a class of messages each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from limits import parse

from services.notify.notices.confirming import RULE as CONFIRMATION
from services.notify.sending.shares import Traffic, traffic
from shared.contracts.notify import Channel, DeliveryRequested
from shared.service.limits.limiting import Limiter
from tests.notify.conftest import Peers, Running, kinds
from tests.notify.messages import delivery
from tests.notify.peers.sms_script import ScriptedCentre
from tests.notify.waiting import eventually

Start = Callable[..., Any]
NUMBER = "00000000002"


def text(number: int, *, statutory: bool = True, address: str = NUMBER) -> DeliveryRequested:
    return delivery(number, channel=Channel.SMS, address=address, body="【吉林省科技厅】一", statutory=statutory)


async def states(running: Running, notices: list[DeliveryRequested]) -> list[str]:
    return sorted([(await running.row(each.delivery_id))["state"] for each in notices])


async def test_an_outage_takes_no_place_of_a_number(start: Start, centre: ScriptedCentre) -> None:
    """The centre lets nobody in for a while; the only message of the hour is not deferred for that."""
    centre.bind = 0x05
    notice = text(1)
    async with start(JUQU_SMPP_URL=centre.url, JUQU_NUMBER_RATE="1/hour") as running:
        await running.request(notice)
        await eventually(lambda: running.provider("smpp").breaker.trouble != "")
        centre.bind = 0
        row = await running.until(notice.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "DeliveryAccepted"]


async def test_what_the_centre_did_not_take_takes_no_place_of_the_number(start: Start, centre: ScriptedCentre) -> None:
    centre.refusals = [0x14, 0x58]
    notice = text(1)
    async with start(JUQU_SMPP_URL=centre.url, JUQU_NUMBER_RATE="1/hour") as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "accepted")
        await running.request(second := text(2))
        await running.until(second.delivery_id, "deferred")


async def test_statutory_messages_have_a_share_of_the_number_that_nothing_else_uses(
    start: Start, centre: ScriptedCentre
) -> None:
    others = [text(n, statutory=False) for n in range(3)]
    async with start(JUQU_SMPP_URL=centre.url, JUQU_NUMBER_RATE="1/hour") as running:
        await running.request(*others)

        async def used_up() -> bool:
            return await states(running, others) == ["accepted", "deferred", "deferred"]

        await eventually(used_up)
        await running.request(notice := text(9))
        await running.until(notice.delivery_id, "accepted")


async def test_statutory_messages_have_a_share_of_the_provider_that_nothing_else_uses(
    start: Start, centre: ScriptedCentre
) -> None:
    others = [text(n, statutory=False, address=f"0000000{n:04d}") for n in range(12)]
    async with start(JUQU_SMPP_URL=centre.url, JUQU_SMPP_RATE="5/hour") as running:
        await running.request(*others)

        async def used_up() -> bool:
            return await states(running, others) == ["accepted"] * 4 + ["ready"] * 8

        await eventually(used_up)
        await running.request(notice := text(99))
        await running.until(notice.delivery_id, "accepted")
        assert await used_up()


async def test_a_provider_whose_share_is_used_up_is_passed_by(start: Start, peers: Peers) -> None:
    mails = [delivery(n) for n in range(4)]
    async with start(JUQU_SMTP_URL_2=peers.mail_url, JUQU_SMTP_RATE="2/hour") as running:
        await running.request(*mails)
        rows = [await running.until(each.delivery_id, "accepted") for each in mails]
    assert sorted(row["provider"] for row in rows) == ["smtp", "smtp", "smtp-2", "smtp-2"]


async def test_a_place_that_was_given_back_can_be_taken_again(redis_url: str) -> None:
    for limiter in (Limiter(redis_url), Limiter("redis://127.0.0.1:1/0")):
        one, two = (parse("1/hour"), ("test", "one")), (parse("2/hour"), ("test", "two"))
        assert await limiter.take([one, two]) == 0
        assert await limiter.take([two, one]) > 0
        assert await limiter.left([two]) == 1
        await limiter.give_back([one])
        assert await limiter.left([one, two]) == 1
        assert await limiter.take([two, one]) == 0


def test_codes_are_a_class_of_their_own() -> None:
    asked = replace(delivery(statutory=False), rule=CONFIRMATION)
    assert [traffic(each) for each in (delivery(), asked, delivery(statutory=False))] == [*Traffic]
