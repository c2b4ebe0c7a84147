"""Codes to one address: one a wish in a while, so many a day, whoever asks; and nobody is told who subscribed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.notify.aggregates import rules
from services.notify.aggregates.code import CODES, IssueCode, address_key
from services.notify.aggregates.subscription import SUBSCRIPTION, ReplaceSubscription
from shared.contracts.core import CST
from shared.contracts.notify import (
    Channel,
    Language,
    SubscriptionCodeIssued,
    SubscriptionEnded,
    SubscriptionRequested,
)
from shared.programme.policy import policy_in_force
from tests.notify.conftest import Peers, Running
from tests.notify.messages import SYSTEM
from tests.notify.test_contacts_and_subscriptions import ASK, CONFIRM, PUBLIC
from tests.specification import given

LAW = policy_in_force(datetime.now(CST).date())
NOON = datetime(2026, 11, 30, 12, tzinfo=CST)
MINUTE = timedelta(minutes=1)
PAUSE = LAW.code_cooldown_minutes * MINUTE


def issue(number: int, at: datetime, *, topic: str = "", division: str = "") -> IssueCode:
    request = SubscriptionRequested(
        subscription_id=f"s{number}",
        channel=Channel.SMS,
        address="+8613800138000",
        division=division,
        topic=topic,
        language=Language.CHINESE,
    )
    return IssueCode(context=SYSTEM, request=request, asked_at=at)


def test_one_code_for_a_wish_in_a_while_and_the_next_replaces_it() -> None:
    first = given(CODES).when(issue(1, NOON)).then_kinds(SubscriptionCodeIssued).and_then()
    first.when(issue(2, NOON + PAUSE - MINUTE)).then()
    (second,) = first.when(issue(3, NOON + PAUSE)).events
    assert isinstance(second, SubscriptionCodeIssued)
    assert (second.subscription_id, second.replaces) == ("s3", "s1")
    (other,) = first.when(issue(4, NOON + MINUTE, topic="publicity")).events
    assert isinstance(other, SubscriptionCodeIssued)
    assert other.replaces == ""


def test_a_code_replaces_that_of_its_wish_however_long_ago_and_whatever_else_was_asked_for() -> None:
    day = timedelta(days=1)
    case = given(CODES).when(issue(1, NOON)).and_then()
    case = case.when(issue(2, NOON + 2 * day, topic="publicity")).and_then()
    (again,) = case.when(issue(3, NOON + 4 * day)).events
    assert isinstance(again, SubscriptionCodeIssued)
    assert again.replaces == "s1"


def test_an_address_has_so_many_codes_in_24_hours_whatever_is_asked_for() -> None:
    case = given(CODES)
    for number in range(LAW.codes_a_day):
        case = case.when(issue(number, NOON + number * MINUTE, division=f"22010{number}")).and_then()
    case.when(issue(9, NOON + 23 * 60 * MINUTE, division="220200")).then()
    one_wish = given(CODES)
    for number in range(LAW.codes_a_day):
        one_wish = one_wish.when(issue(number, NOON + number * PAUSE)).then_kinds(SubscriptionCodeIssued).and_then()
    one_wish.when(issue(9, NOON + LAW.codes_a_day * PAUSE)).then()
    case.when(issue(9, NOON + 24 * 60 * MINUTE, division="220200")).then_kinds(SubscriptionCodeIssued)


def test_an_old_request_that_is_looked_at_again_sends_nothing() -> None:
    case = given(CODES).when(issue(2, NOON)).and_then()
    case.when(issue(1, NOON - 30 * 24 * 60 * MINUTE)).then()


def test_codes_are_the_systems_to_send() -> None:
    by_hand = IssueCode(context=PUBLIC, request=issue(1, NOON).request, asked_at=NOON)
    given(CODES).when(by_hand).refused(rules.SYSTEM_ONLY)


def test_a_subscription_that_was_replaced_ends_unless_it_was_confirmed() -> None:
    over = ReplaceSubscription(context=SYSTEM, subscription_id="s")
    asked = given(SUBSCRIPTION).when(ASK).and_then()
    asked.when(over).then_kinds(SubscriptionEnded).again().then()
    asked.when(CONFIRM).and_then().when(over).then()
    given(SUBSCRIPTION).when(over).then()


def test_an_address_is_one_however_it_is_spelt_and_all_endpoints_of_a_host_are_one() -> None:
    def mail(address: str) -> str:
        return address_key(b"secret", Channel.MAIL, address)

    def hook(address: str) -> str:
        return address_key(b"secret", Channel.WEBHOOK, address)

    assert mail("P@Example.invalid") == mail("p@example.invalid") != mail("q@example.invalid")
    assert hook("https://a.example/1") == hook("https://A.example/2?x") != hook("https://b.example/1")
    assert "example" not in mail("p@example.invalid")
    assert len(mail("p@example.invalid")) == 32, "it names a stream that is stored"


async def asked(running: Running, count: int, **more: str) -> list[dict[str, Any]]:
    given = {"channel": "mail", "address": "flood@example.invalid"} | more
    answers = [await running.client.post("/subscriptions", json=given) for _ in range(count)]
    assert {each.status_code for each in answers} == {201}
    return [each.json() for each in answers]


async def test_a_flood_of_subscriptions_sends_one_code_and_each_answer_says_the_same(start: Any, peers: Peers) -> None:
    async with start() as running:
        told = await asked(running, 12)
        await running.at_rest()
        assert len(peers.mails()) == 1
        assert {(each["version"], *each["events"]) for each in told} == {(1, "notify.SubscriptionRequested")}
        refused = None
        for _ in range(12):
            refused = await running.client.post("/subscriptions", json={"channel": "sms", "address": "0000-0000001"})
        assert refused is not None
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
