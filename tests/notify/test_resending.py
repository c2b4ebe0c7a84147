"""Statutory notices that did not arrive, sent again by an operator; what could not be sent yet is never given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg

from shared.contracts.core import CST, Role
from shared.contracts.notify import Channel, DeliveryRequested
from tests.notify.conftest import Peers, Running, kinds
from tests.notify.messages import delivery
from tests.notify.peers.mail_script import ScriptedMail
from tests.notify.peers.sms_script import ScriptedCentre
from tests.servers import Database

Start = Callable[..., Any]


async def ordered_again(running: Running, notice: DeliveryRequested) -> None:
    answer = await running.client.post(
        f"/notices/{notice.delivery_id}/resend",
        json={"reason": "the cause is mended"},
        headers=running.headers("operator", Role.OPERATOR),
    )
    assert answer.status_code == 200, answer.text


async def test_a_rejected_notice_is_resent(start: Start, server: ScriptedMail) -> None:
    server.rcpt.append("550 5.1.1 nobody of that name")
    notice = delivery()
    async with start(JUQU_SMTP_URL=server.url) as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "rejected")
        await ordered_again(running, notice)
        row = await running.until(notice.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "DeliveryRejected", "ResendOrdered", "AttemptStarted", "DeliveryAccepted"]
    assert row["possible_duplicate"]


async def test_an_undelivered_message_is_resent_and_its_own_receipt_counts(
    start: Start, centre: ScriptedCentre
) -> None:
    notice = delivery(channel=Channel.SMS, address="00000000002", body="【吉林省科技厅】一")
    async with start(JUQU_SMPP_URL=centre.url) as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "accepted")
        await centre.receipt("id-1", "UNDELIV")
        await running.until(notice.delivery_id, "undelivered")
        await ordered_again(running, notice)
        await running.until(notice.delivery_id, "accepted")
        await centre.receipt("id-1", "UNDELIV")
        await centre.receipt("id-2", "DELIVRD")
        row = await running.until(notice.delivery_id, "delivered")
    assert row["attempts"] == 2


async def test_an_expired_notice_is_resent_though_its_time_is_over(
    start: Start, peers: Peers, database: Database
) -> None:
    notice = delivery(expires_at=datetime(2018, 6, 11, 10, 0, tzinfo=CST))
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        owner = await asyncpg.connect(database.owner_url)
        await owner.execute("select clock.set('2018-06-11T10:00:00+08:00')")
        await owner.close()
        await running.until(notice.delivery_id, "expired")
    async with start() as running:
        await ordered_again(running, notice)
        await running.until(notice.delivery_id, "accepted")
    assert len(peers.mails()) == 1


async def test_a_statutory_notice_does_not_expire_however_long_it_cannot_be_sent(
    start: Start, server: ScriptedMail
) -> None:
    """With a pace at which the patience of three days is over in a tenth of a second."""
    server.rcpt += ["451 4.7.1 later"] * 12
    notice, other = delivery(1), delivery(2, statutory=False, address="other@example.invalid")
    async with start(JUQU_SMTP_URL=server.url, JUQU_RETRY_PACE="0.0000004") as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
        server.rcpt += ["451 4.7.1 later"] * 12
        await running.request(other)
        await running.until(other.delivery_id, "expired")
    assert row["attempts"] == 13
