"""Another system subscribes, proves that it is there, gets what it asked for, and is left alone when it says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.notify.aggregates import rules
from services.notify.aggregates.subscription import SUBSCRIPTION, ChangeSecret
from shared.contracts import review
from shared.contracts.core import Due
from shared.contracts.notify import Channel, SubscriptionEnded
from tests.notify.conftest import Peers, Running
from tests.notify.messages import SYSTEM, delivery
from tests.notify.peers.http_peer import Asked, HttpPeer, Reply, http_peer
from tests.notify.test_contacts_and_subscriptions import ASK, END
from tests.notify.test_reacting import CASE, DRAFT, OPENED, REVIEW, REVISED
from tests.notify.waiting import eventually
from tests.servers import Database
from tests.specification import given

Start = Callable[..., Any]
HOOKS = {"JUQU_WEBHOOKS": "1", "JUQU_WEBHOOK_PRIVATE_NETWORKS": "1", "JUQU_SMTP_URL": "", "JUQU_SMPP_URL": ""}


@dataclass
class System:
    """Another system's endpoint: what it answers with, and what it was told."""

    peer: HttpPeer
    replies: list[Reply] = field(default_factory=list)

    def answer(self, _asked: Asked) -> Reply:
        return self.replies.pop(0) if self.replies else Reply(204)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in self.peer.asked]


@pytest.fixture
def system() -> Iterator[System]:
    with http_peer(lambda _asked: Reply(204)) as peer:
        made = System(peer)
        peer.answer = made.answer
        yield made


def url(system: System) -> str:
    return f"http://127.0.0.1:{system.peer.port}/hooks"


async def confirmed(running: Running, system: System) -> tuple[str, dict[str, Any]]:
    """Subscribe and confirm; gives the subscription and what the confirmation answered."""
    opened = await running.client.post("/subscriptions", json={"channel": "webhook", "address": url(system)})
    assert opened.status_code == 201, opened.text
    assert "webhook_secret" not in opened.json()
    await eventually(lambda: bool(system.told))
    token = next(word for word in system.told[0]["data"]["text"].split() if len(word) == 32)
    ident = opened.json()["subscription_id"]
    answer = await running.client.post(
        f"/subscriptions/{ident}/confirmation", json={"token": token}, headers={"Idempotency-Key": "one"}
    )
    assert answer.status_code == 200, answer.text
    again = await running.client.post(f"/subscriptions/{ident}/confirmation", json={"token": token})
    assert "webhook_secret" not in again.json()
    return ident, dict(answer.json())


async def publicity(running: Running) -> None:
    """Something happens that the public hears of."""
    await running.happened("intake", DRAFT, OPENED, REVISED)
    started = review.PublicityStarted(case_id=CASE, starts_on=date(2018, 8, 1), ends=Due(date(2018, 8, 7)))
    await running.happened("review", REVIEW, started)


async def test_the_secret_is_shown_to_who_confirms_and_verifies_what_follows(
    start: Start, peers: Peers, system: System
) -> None:
    async with start(**HOOKS) as running:
        _, answer = await confirmed(running, system)
        await publicity(running)
        await eventually(lambda: len(system.told) == 2)
    asked = system.peer.asked[1]
    told = Webhook(answer["webhook_secret"]).verify(asked.body, asked.headers)
    assert told["type"] == "publicity-started"
    assert told["data"]["case_id"] == CASE


async def test_a_secret_is_changed_and_both_are_valid_for_a_day(
    start: Start, peers: Peers, system: System, database: Database
) -> None:
    async with start(**HOOKS) as running:
        ident, answer = await confirmed(running, system)
        token = next(word for word in system.told[0]["data"]["text"].split() if len(word) == 32)
        path = f"/subscriptions/{ident}/secret"
        assert (await running.client.post(path, json={"token": "x" * 32})).status_code == 403
        changed = await running.client.post(path, json={"token": token}, headers={"Idempotency-Key": "two"})
        assert changed.status_code == 200, changed.text
        assert changed.headers["cache-control"] == "no-store"
        old, new = answer["webhook_secret"], changed.json()["webhook_secret"]
        assert old != new
        await publicity(running)
        await eventually(lambda: len(system.told) == 2)
        owner = await asyncpg.connect(database.owner_url)
        await owner.execute("select clock.set('2018-06-12T09:00:01+08:00')")
        await owner.close()
        again = review.PublicityStarted(case_id=CASE, starts_on=date(2018, 8, 8), ends=Due(date(2018, 8, 14)))
        await running.happened("review", REVIEW, again)
        await eventually(lambda: len(system.told) == 3)
    both, later = system.peer.asked[1:]
    for secret in (old, new):
        assert Webhook(secret).verify(both.body, both.headers)
    assert len(both.headers["webhook-signature"].split()) == 2
    assert Webhook(new).verify(later.body, later.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(later.body, later.headers)


def test_only_a_confirmed_webhook_has_a_secret() -> None:
    change = ChangeSecret(context=END.context, subscription_id=END.subscription_id, token="t", token_right=True)
    asked = given(SUBSCRIPTION).when(replace(ASK, channel=Channel.WEBHOOK)).and_then()
    asked.when(change).refused(rules.SECRET_OF_A_WEBHOOK)
    asked.when(replace(change, token_right=False)).refused(rules.TOKEN_RIGHT)
    asked.when(END).and_then().when(change).refused(rules.SUBSCRIPTION_STANDS)
    given(SUBSCRIPTION).when(change).refused(rules.SUBSCRIPTION_EXISTS)


async def test_410_ends_the_subscription(start: Start, peers: Peers, system: System) -> None:
    async with start(**HOOKS) as running:
        ident, _ = await confirmed(running, system)
        system.replies.append(Reply(410))
        await publicity(running)
        stream = f"notify/subscription/{ident}"

        async def ended() -> bool:
            return isinstance((await running.service.log.read_stream(stream))[-1].event, SubscriptionEnded)

        await eventually(ended)
        again = review.PublicityStarted(case_id=CASE, starts_on=date(2018, 8, 8), ends=Due(date(2018, 8, 14)))
        await running.happened("review", REVIEW, again)
        await running.at_rest()
    assert len(system.told) == 2


async def test_an_endpoint_that_asks_for_time_is_given_it(start: Start, peers: Peers, system: System) -> None:
    notice = delivery(channel=Channel.WEBHOOK, address=url(system), body="{}")
    system.replies.append(Reply(503, headers={"Retry-After": "3600"}))
    async with start(**HOOKS) as running:
        before = datetime.now(UTC)
        await running.request(notice)
        row = await running.until(notice.delivery_id, "not-sent")
    assert datetime.fromisoformat(row["retry_at"]) >= before + timedelta(hours=1)


def test_the_service_ends_a_subscription_without_the_code() -> None:
    asked = given(SUBSCRIPTION).when(ASK).and_then()
    asked.when(replace(END, token="", token_right=False, context=SYSTEM)).then_kinds(SubscriptionEnded)
    asked.when(replace(END, token="", token_right=False)).refused(rules.TOKEN_RIGHT)
