"""kill -9 between any two events of an attempt: nothing is lost in silence, nothing is sent twice by itself.

Each history is what a process leaves behind that died right after that event; another one takes over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notify.aggregates.delivery import DELIVERY, commands
from services.notify.aggregates.delivery.commands import DeliveryCommand
from shared.contracts.notify import DeliveryRequested
from tests.notify.conftest import Peers, Running, fresh
from tests.notify.messages import SYSTEM, delivery

Start = Callable[..., Any]
DEAD = "a process that is no more"


def begun(notice: DeliveryRequested) -> commands.StartAttempt:
    now = datetime.now(UTC)
    return commands.StartAttempt(
        context=fresh(SYSTEM),
        delivery_id=notice.delivery_id,
        provider="smtp",
        worker=DEAD,
        segments=1,
        at=now,
        lease_until=now + timedelta(minutes=11),
    )


def not_sent(notice: DeliveryRequested) -> commands.RecordNotSent:
    return commands.RecordNotSent(
        context=fresh(SYSTEM),
        delivery_id=notice.delivery_id,
        attempt=1,
        code="451",
        reason="later",
        retry_at=datetime.now(UTC),
    )


def accepted(notice: DeliveryRequested) -> commands.RecordAccepted:
    return commands.RecordAccepted(
        context=fresh(SYSTEM), delivery_id=notice.delivery_id, attempt=1, references=(), answer="250 taken"
    )


async def leave(running: Running, notice: DeliveryRequested, *course: DeliveryCommand) -> None:
    """Leave behind what a process had recorded when it died."""
    await running.request(notice)
    for command in course:
        await running.service.runner.execute(DELIVERY, notice.delivery_id, command)


async def test_after_the_request_it_is_sent(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await leave(running, notice)
    async with start() as running:
        await running.until(notice.delivery_id, "accepted")
    assert len(peers.mails()) == 1


async def test_after_the_start_nobody_knows(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await leave(running, notice, begun(notice))
    async with start() as running:
        await running.until(notice.delivery_id, "unknown")
        await running.at_rest()
    assert peers.mails() == []


async def test_after_it_was_not_sent_it_is_tried_again(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await leave(running, notice, begun(notice), not_sent(notice))
    async with start() as running:
        row = await running.until(notice.delivery_id, "accepted")
    assert row["attempts"] == 2
    assert len(peers.mails()) == 1


async def test_after_it_was_accepted_nothing_more_leaves(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await leave(running, notice, begun(notice), accepted(notice))
    async with start() as running:
        await running.until(notice.delivery_id, "accepted")
        await running.at_rest()
    assert peers.mails() == []


async def test_an_answer_after_the_lease_settles_what_nobody_knew(start: Start, peers: Peers) -> None:
    """The worker was slow and not dead: its answer is the truth, and it comes late."""
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await leave(running, notice, begun(notice))
        await running.until(notice.delivery_id, "unknown")
        await running.service.runner.execute(DELIVERY, notice.delivery_id, accepted(notice))
        row = await running.until(notice.delivery_id, "accepted")
        await running.at_rest()
    assert row["attempts"] == 1
    assert peers.mails() == []
