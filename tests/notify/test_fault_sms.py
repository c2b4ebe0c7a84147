"""SMS centres that misbehave, and receipts in every disorder, through the whole engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from shared.contracts.core import Role
from shared.contracts.notify import Channel
from tests.notify.conftest import Peers, Running, kinds
from tests.notify.messages import delivery
from tests.notify.peers.sms_script import ScriptedCentre
from tests.notify.waiting import eventually

Start = Callable[..., Any]
TEXT = delivery(channel=Channel.SMS, address="00000000002", body="【吉林省科技厅】一")
LONG = delivery(channel=Channel.SMS, address="00000000002", body="【吉林省科技厅】" + "字" * 150)
TAKEN = ["AttemptStarted", "DeliveryAccepted"]
NOBODY_KNOWS = ["AttemptStarted", "AttemptUnknown"]
SOON = 2.0
"""Seconds that the tests' transport waits for the answer to a submission."""


async def told(running: Running, *after: str) -> dict[str, Any]:
    """The short message once its history has ended with these events."""
    row: dict[str, Any] = {}

    async def ends_so() -> bool:
        nonlocal row
        row = await running.row(TEXT.delivery_id)
        return row["state"] != "" and kinds(row)[-len(after) :] == list(after)

    await eventually(ends_so)
    return row


@pytest.mark.parametrize("status", [0x14, 0x58, 0x08], ids=["queue full", "throttled", "system error"])
async def test_not_now_is_tried_again(start: Start, centre: ScriptedCentre, status: int) -> None:
    centre.refusals.append(status)
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        row = await running.until(TEXT.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "AttemptNotSent", *TAKEN]
    assert len(centre.submitted) == 1


async def test_taken_and_never_answered_nobody_knows(start: Start, centre: ScriptedCentre, peers: Peers) -> None:
    centre.holds = True
    second = f"smpp://juqu:local@127.0.0.1:{peers.sms_port}"
    async with start(JUQU_SMPP_URL=centre.url, JUQU_SMPP_URL_2=second) as running:
        running.transport("smpp").answer = SOON
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "unknown")
        centre.answer_held()
        await running.at_rest()
        assert kinds(await running.row(TEXT.delivery_id)) == NOBODY_KNOWS
    assert (len(centre.submitted), peers.texts()) == (1, [])


async def test_a_connection_lost_after_the_submission_nobody_knows(start: Start, centre: ScriptedCentre) -> None:
    centre.drops = True
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "unknown")
        await running.at_rest()
        assert kinds(await running.row(TEXT.delivery_id)) == NOBODY_KNOWS
    assert len(centre.submitted) == 1


async def test_a_receipt_of_what_was_never_answered_is_nobody_s(start: Start, centre: ScriptedCentre) -> None:
    """Whose message the centre's id is about, only its answer could have said."""
    centre.holds = True
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await eventually(lambda: len(centre.submitted) == 1)
        assert await centre.receipt("id-1", "DELIVRD") == 0
        centre.drops = True
        other = delivery(7, channel=Channel.SMS, address="00000000003", body="【吉林省科技厅】二")
        await running.request(other)
        await running.until(TEXT.delivery_id, "unknown")
        await running.at_rest()
        assert kinds(await running.row(TEXT.delivery_id)) == NOBODY_KNOWS


async def test_a_refused_bind_pauses_and_spends_nothing_until_it_is_mended(
    start: Start, centre: ScriptedCentre
) -> None:
    centre.bind = 0x0E
    async with start(JUQU_SMPP_URL=centre.url) as running:
        operator = running.headers("operator", Role.OPERATOR)

        async def paused() -> bool:
            (sms,) = [
                each
                for each in (await running.client.get("/providers", headers=operator)).json()
                if each["provider"] == "smpp"
            ]
            return bool(sms["state"] == "paused")

        await running.request(TEXT)
        await eventually(paused)
        assert (await running.row(TEXT.delivery_id))["attempts"] == 0
        centre.bind = 0
        mended = await running.client.post("/providers/smpp/resume", json={"reason": "mended"}, headers=operator)
        assert mended.status_code == 200, mended.text
        row = await running.until(TEXT.delivery_id, "accepted")
    assert kinds(row) == TAKEN
    assert row["attempts"] == 1


async def test_a_receipt_before_the_answer_waits_for_it(start: Start, centre: ScriptedCentre) -> None:
    centre.holds = True
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await eventually(lambda: len(centre.submitted) == 1)
        assert await centre.receipt("id-1", "DELIVRD") == 0
        assert (await running.until(TEXT.delivery_id, "attempting"))["state"] == "attempting"
        centre.answer_held()
        row = await running.until(TEXT.delivery_id, "delivered")
    assert kinds(row) == [*TAKEN, "ReceiptReceived", "DeliveryDelivered"]


async def test_a_receipt_that_comes_twice_says_it_once(start: Start, centre: ScriptedCentre) -> None:
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "accepted")
        for _ in range(2):
            assert await centre.receipt("id-1", "DELIVRD") == 0
        await running.until(TEXT.delivery_id, "delivered")
        await running.at_rest()
        row = await running.row(TEXT.delivery_id)
    assert kinds(row) == [*TAKEN, "ReceiptReceived", "DeliveryDelivered"]


async def test_a_receipt_that_was_given_up_still_counts(start: Start, centre: ScriptedCentre) -> None:
    async with start(JUQU_SMPP_URL=centre.url, JUQU_RECEIPT_HOURS="0.0001") as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "no-receipt")
        assert await centre.receipt("id-1", "DELIVRD") == 0
        row = await running.until(TEXT.delivery_id, "delivered")
    assert kinds(row) == [*TAKEN, "ReceiptMissing", "ReceiptReceived", "DeliveryDelivered"]


async def test_the_receipts_of_segments_come_in_any_order(start: Start, centre: ScriptedCentre) -> None:
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(LONG)
        await running.until(LONG.delivery_id, "accepted")
        for ident in ("id-3", "id-1"):
            assert await centre.receipt(ident, "DELIVRD") == 0
        await told(running, "ReceiptReceived", "ReceiptReceived")
        assert (await running.row(LONG.delivery_id))["state"] == "accepted"
        assert await centre.receipt("id-2", "DELIVRD") == 0
        row = await running.until(LONG.delivery_id, "delivered")
    assert kinds(row) == [*TAKEN, *["ReceiptReceived"] * 3, "DeliveryDelivered"]


async def test_a_temporary_word_gives_way_to_a_final_one(start: Start, centre: ScriptedCentre) -> None:
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "accepted")
        assert await centre.receipt("id-1", "UNKNOWN") == 0
        await running.until(TEXT.delivery_id, "undelivered")
        assert await centre.receipt("id-1", "DELIVRD") == 0
        row = await running.until(TEXT.delivery_id, "delivered")
    assert kinds(row)[2:] == ["ReceiptReceived", "DeliveryUndelivered", "ReceiptReceived", "DeliveryDelivered"]


async def test_a_receipt_that_contradicts_a_final_one_is_kept_and_settles_nothing(
    start: Start, centre: ScriptedCentre
) -> None:
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "accepted")
        assert await centre.receipt("id-1", "UNDELIV") == 0
        await running.until(TEXT.delivery_id, "undelivered")
        assert await centre.receipt("id-1", "DELIVRD") == 0
        row = await told(running, "DeliveryUndelivered", "ReceiptReceived")
        await running.at_rest()
    assert kinds(row)[2:] == ["ReceiptReceived", "DeliveryUndelivered", "ReceiptReceived"]
    assert row["state"] == "undelivered"


async def test_a_receipt_for_nobody_is_kept_and_tells_nobody(start: Start, centre: ScriptedCentre) -> None:
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "accepted")
        assert await centre.receipt("of-another-house", "DELIVRD") == 0
        await running.at_rest()
        assert kinds(await running.row(TEXT.delivery_id)) == TAKEN


async def test_answers_without_ids_and_a_receipt_without_one_mark_nobody_delivered(
    start: Start, centre: ScriptedCentre
) -> None:
    centre.nameless = True
    other = delivery(7, channel=Channel.SMS, address="00000000003", body="【吉林省科技厅】二")
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT, other)
        for notice in (TEXT, other):
            await running.until(notice.delivery_id, "accepted")
        assert await centre.receipt("", "DELIVRD") == 0
        report = await running.at_rest()
        assert [kinds(await running.row(each.delivery_id)) for each in (TEXT, other)] == [TAKEN, TAKEN]
    assert report["sending"] == 0


async def test_an_id_that_two_messages_were_given_tells_of_neither(start: Start, centre: ScriptedCentre) -> None:
    centre.same = "id-same"
    other = delivery(7, channel=Channel.SMS, address="00000000003", body="【吉林省科技厅】二")
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT, other)
        for notice in (TEXT, other):
            await running.until(notice.delivery_id, "accepted")
        assert await centre.receipt("id-same", "DELIVRD") == 0
        await running.at_rest()
        assert [kinds(await running.row(each.delivery_id)) for each in (TEXT, other)] == [TAKEN, TAKEN]


async def test_a_receipt_from_before_the_attempt_is_of_another_message(start: Start, centre: ScriptedCentre) -> None:
    """Another house's receipt was kept an hour ago; now our message is given the same id."""
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await eventually(lambda: centre.bound)
        assert await centre.receipt("id-1", "DELIVRD") == 0
        long_ago = "update notify.receipts_in set received_at = received_at - interval '1 hour'"
        async with running.service.engine.begin() as connection:
            await connection.execute(sa.text(long_ago))
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "accepted")
        await running.at_rest()
        assert kinds(await running.row(TEXT.delivery_id)) == TAKEN
        assert await centre.receipt("id-1", "DELIVRD") == 0
        await running.until(TEXT.delivery_id, "delivered")


async def test_a_refused_source_address_pauses_the_centre_and_the_next_one_sends(
    start: Start, centre: ScriptedCentre, peers: Peers
) -> None:
    centre.refusals.append(0x0A)
    async with start(JUQU_SMPP_URL=centre.url, JUQU_SMPP_URL_2=peers.sms_url) as running:
        await running.request(TEXT)
        row = await running.until(TEXT.delivery_id, "delivered")
        assert "ESME_RINVSRCADR" in running.provider("smpp").paused
    assert kinds(row)[:4] == ["AttemptStarted", "AttemptNotSent", *TAKEN]
    assert row["provider"] == "smpp-2"


async def test_receipts_come_also_while_nothing_is_sent(start: Start, centre: ScriptedCentre) -> None:
    """After a restart, and after a session that was lost, the centre finds us there."""
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(TEXT)
        await running.until(TEXT.delivery_id, "accepted")
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await eventually(lambda: centre.bound)
        await centre.hang_up()
        await eventually(lambda: centre.bound)
        assert await centre.receipt("id-1", "DELIVRD") == 0
        await running.until(TEXT.delivery_id, "delivered")
    assert len(centre.submitted) == 1
