"""Which event asks for a code, which sends it, and which ends the subscription before."""

from __future__ import annotations

from dataclasses import replace

from services.notify.aggregates.code import CODES
from services.notify.aggregates.subscription import SUBSCRIPTION
from services.notify.telling.subscribing import codes, sends_code
from shared.contracts import notify as events
from shared.contracts.notify import Channel, Language
from shared.programme.values.personal import ERASED
from tests.notify.messages import AT, envelope

REQUEST = events.SubscriptionRequested(
    subscription_id="s-1",
    channel=Channel.MAIL,
    address="p@example.invalid",
    division="",
    topic="",
    language=Language.CHINESE,
)
CODE = events.SubscriptionCodeIssued(
    subscription_id="s-1",
    channel=Channel.MAIL,
    address="p@example.invalid",
    division="",
    topic="",
    language=Language.CHINESE,
    asked_at=AT,
    replaces="s-0",
)


def key() -> bytes:
    return b"k" * 32


def test_a_request_asks_for_a_code_unless_it_sends_it_itself_or_its_address_was_erased() -> None:
    now = envelope(REQUEST)
    (todo,) = codes(now, key)
    assert todo.decider is CODES
    assert sends_code(now) is None
    before = replace(now, schema_version=2)
    assert sends_code(before) == REQUEST
    assert list(codes(before, key)) == []
    assert list(codes(envelope(replace(REQUEST, address=ERASED)), key)) == []


def test_a_code_is_sent_for_its_subscription_and_ends_the_one_before() -> None:
    issued = envelope(CODE)
    assert sends_code(issued) == REQUEST
    (todo,) = codes(issued, key)
    assert (todo.decider, todo.ident) == (SUBSCRIPTION, "s-0")
    assert list(codes(envelope(replace(CODE, replaces="")), key)) == []
