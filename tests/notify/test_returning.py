"""What comes back for good has consequences for its address, and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pytest

from services.notify.aggregates.subscription import EndSubscription
from services.notify.aggregates.suppression import SUPPRESSION, SuppressAddress
from services.notify.channels.outcome import GONE
from services.notify.telling.returning import returned, suppression_id
from shared.contracts import notify as events
from shared.contracts.core import Envelope, Event
from shared.contracts.notify import Channel
from shared.eventlog.log import EventLog
from shared.programme.values.personal import ERASED
from shared.service.todos import Todo
from tests.notify.messages import SYSTEM, delivery, envelope

MAIL = delivery(address="nobody@example.org")
ID = MAIL.delivery_id
NO_SUCH_USER = "user unknown"


@dataclass
class _Log:
    first: Event

    async def read_stream(self, stream: str) -> list[Envelope]:
        assert stream == f"notify/delivery/{ID}"
        return [envelope(self.first)]


def bounced(action: str = "failed", status: str = "5.1.1", text: str = NO_SUCH_USER) -> events.BounceReceived:
    return events.BounceReceived(delivery_id=ID, action=action, status=status, text=text)


def refused(code: str, reason: str = NO_SUCH_USER) -> events.DeliveryRejected:
    return events.DeliveryRejected(delivery_id=ID, attempt=1, code=code, reason=reason)


async def led_to(event: Event, notice: events.DeliveryRequested = MAIL) -> Todo | None:
    return await returned(event, cast(EventLog, _Log(notice)), lambda: b"k" * 32)


@pytest.mark.parametrize("event", [bounced(), refused("550 5.1.1")], ids=["bounce", "refusal"])
async def test_an_address_that_nobody_has_is_suppressed(event: Event) -> None:
    todo = await led_to(event)
    assert todo is not None
    assert todo.decider is SUPPRESSION
    command = todo.command(SYSTEM)
    assert isinstance(command, SuppressAddress)
    assert (command.suppression_id, command.notice) == (todo.ident, MAIL)
    assert command.reason == f"5.1.1 {NO_SUCH_USER}"


@pytest.mark.parametrize(
    "event",
    [
        bounced("delayed"),
        bounced("delivered"),
        bounced(status="4.2.2", text="mailbox full"),
        bounced(status="5.7.1", text="blocked"),
        refused("452 4.2.2", "mailbox full"),
        MAIL,
    ],
    ids=["delayed", "delivered", "full", "blocked", "refused for now", "no answer"],
)
async def test_what_says_nothing_of_the_address_leaves_it(event: Event) -> None:
    assert await led_to(event) is None


async def test_only_an_address_for_mail_that_is_still_known_is_suppressed() -> None:
    assert await led_to(bounced(), replace(MAIL, channel=Channel.SMS)) is None
    assert await led_to(bounced(), replace(MAIL, address=ERASED)) is None


async def test_an_endpoint_that_is_gone_ends_its_subscription() -> None:
    hook = replace(MAIL, channel=Channel.WEBHOOK, recipient="subscriber:s-1", address="https://o.example/hook")
    todo = await led_to(refused(GONE, "Gone"), hook)
    assert todo is not None
    command = todo.command(SYSTEM)
    assert isinstance(command, EndSubscription)
    assert (todo.ident, command.subscription_id) == ("s-1", "s-1")
    assert await led_to(refused("500", "Oops"), hook) is None
    assert await led_to(refused(GONE, "Gone"), replace(hook, channel=Channel.MAIL)) is None
    for other in ("county:220113", "subscriber:", "subscriber"):
        assert await led_to(refused(GONE, "Gone"), replace(hook, recipient=other)) is None


def test_a_suppressed_address_is_called_by_a_name_that_does_not_tell_it() -> None:
    name = suppression_id(b"k", Channel.MAIL, "Nobody@Example.org")
    assert name == suppression_id(b"k", Channel.MAIL, "nobody@example.org")
    assert name not in {
        suppression_id(b"o", Channel.MAIL, "nobody@example.org"),
        suppression_id(b"k", Channel.SMS, "nobody@example.org"),
    }
