"""A delivery in hand: kept between its acceptance and its receipt, and never believed against the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notify.aggregates.delivery import DELIVERY, commands
from services.notify.sending.journal import Journal, Journals
from shared.contracts.notify import Channel, DeliveryRequested
from tests.notify.conftest import Running
from tests.notify.messages import delivery

Start = Callable[..., Any]
NOTICE = delivery(channel=Channel.SMS, address="00000000002", body="一")


async def accepted(running: Running, journals: Journals, notice: DeliveryRequested, *references: str) -> Journal:
    await running.request(notice)
    journal = await journals.open(notice.delivery_id)
    now = datetime.now(UTC)
    start = commands.StartAttempt(
        context=await journal.context(),
        delivery_id=notice.delivery_id,
        provider="smpp",
        worker="here",
        segments=1,
        at=now,
        lease_until=now + timedelta(hours=1),
    )
    await journal.commit(start)
    taken = commands.RecordAccepted(
        context=await journal.context(), delivery_id=notice.delivery_id, attempt=1, references=references, answer="ok"
    )
    await journal.commit(taken)
    return journal


async def receive(journal: Journal, status: Any) -> None:
    receipt = commands.RecordReceipt(
        context=await journal.context(),
        delivery_id=journal.delivery_id,
        provider="smpp",
        reference="r1",
        status=status,
        text=status,
    )
    await journal.commit(receipt)


async def events(running: Running, delivery_id: str) -> list[str]:
    return [each.type.partition(".")[2] for each in await running.service.log.read_stream(DELIVERY.stream(delivery_id))]


async def test_one_that_waits_for_its_receipt_is_kept_for_who_opens_it_next(start: Start) -> None:
    async with start(JUQU_SMPP_URL="") as running:
        journals = Journals(running.service)
        journal = await accepted(running, journals, NOTICE, "r1")
        journals.keep(journal)
        assert await journals.open(NOTICE.delivery_id) is journal
        anew = await journals.open(NOTICE.delivery_id)
    assert anew is not journal
    assert (anew.state, anew.version) == (journal.state, 3)


async def test_nothing_is_kept_that_waits_for_no_receipt(start: Start) -> None:
    async with start(JUQU_SMPP_URL="") as running:
        journals = Journals(running.service)
        without = await accepted(running, journals, NOTICE)
        journals.keep(without)
        assert await journals.open(NOTICE.delivery_id) is not without
        other = delivery(2, channel=Channel.SMS, address="00000000003", body="二")
        over = await accepted(running, journals, other, "r1")
        await receive(over, "delivered")
        journals.keep(over)
        assert await journals.open(other.delivery_id) is not over


async def test_what_another_has_recorded_meanwhile_is_decided_upon(start: Start) -> None:
    async with start(JUQU_SMPP_URL="") as running:
        journals = Journals(running.service)
        kept = await accepted(running, journals, NOTICE, "r1")
        elsewhere = await Journals(running.service).open(NOTICE.delivery_id)
        journals.keep(kept)
        await receive(elsewhere, "delivered")
        stale = await journals.open(NOTICE.delivery_id)
        assert stale.version < elsewhere.version
        await receive(stale, "failed")
        told = await events(running, NOTICE.delivery_id)
    assert told[3:] == ["ReceiptReceived", "DeliveryDelivered", "ReceiptReceived"]
    assert stale.version == len(told)
