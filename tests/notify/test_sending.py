"""Deliveries go out over real servers, once, and what is not known is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

from shared.contracts.core import Role
from shared.contracts.notify import Channel
from tests.notify.conftest import Peers
from tests.notify.messages import delivery

Start = Callable[..., Any]


async def test_a_mail_is_accepted_and_is_what_was_frozen(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start() as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
    assert [one["event"] for one in row["history"]] == ["DeliveryRequested", "AttemptStarted", "DeliveryAccepted"]
    (mail,) = peers.mails()
    assert mail["to"] == [notice.address]
    read = message_from_bytes((peers.maildir / "000001.eml").read_bytes(), policy=default)
    assert read["Subject"] == notice.subject
    assert read["Message-ID"] == notice.message_id
    assert read["Date"] == "Mon, 11 Jun 2018 09:00:00 +0800"
    assert read.get_content().replace("\r\n", "\n") == notice.body


async def test_asked_for_twice_it_is_sent_once(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start() as running:
        await running.request(notice, notice)
        await running.until(notice.delivery_id, "accepted")
        await running.request(notice)
        await running.at_rest()
    assert len(peers.mails()) == 1


async def test_a_temporary_refusal_is_tried_again(start: Start, peers: Peers) -> None:
    notice = delivery(address="4xx@example.invalid")
    async with start() as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
    kinds = [one["event"] for one in row["history"]]
    assert kinds[1:] == ["AttemptStarted", "AttemptNotSent", "AttemptStarted", "DeliveryAccepted"]
    assert len(peers.mails()) == 1


async def test_a_permanent_refusal_is_final(start: Start, peers: Peers) -> None:
    mailbox, content = delivery(1, address="5xx@example.invalid"), delivery(2, address="data5xx@example.invalid")
    async with start() as running:
        await running.request(mailbox, content)
        assert "no such mailbox" in (await running.until(mailbox.delivery_id, "rejected"))["reason"]
        assert "554" in (await running.until(content.delivery_id, "rejected"))["reason"]
    assert peers.mails() == []


async def test_dropped_after_the_final_dot_it_is_unknown_and_not_sent_again(start: Start, peers: Peers) -> None:
    notice = delivery(address="drop@example.invalid")
    async with start() as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "unknown")
        await running.at_rest()
        await asyncio.sleep(0.5)
        assert (await running.row(notice.delivery_id))["state"] == "unknown"
        assert len(peers.mails()) == 1
        operator = running.headers("operator", Role.OPERATOR)
        answer = await running.client.post(
            f"/notices/{notice.delivery_id}/resend", json={"reason": "statutory"}, headers=operator
        )
        assert answer.status_code == 200, answer.text
        async with asyncio.timeout(15):
            while len(peers.mails()) < 2:
                await asyncio.sleep(0.02)
        row = await running.until(notice.delivery_id, "unknown")
        assert row["possible_duplicate"]


async def test_a_subject_cannot_become_another_header(start: Start, peers: Peers) -> None:
    plain = delivery(1, subject="x\r\nBcc: victim@example.invalid")
    hidden = delivery(2, subject="=?utf-8?q?x=0D=0ABcc=3A_victim=40example.invalid?=")
    async with start() as running:
        await running.request(plain, hidden)
        for notice in (plain, hidden):
            assert "unsafe-header" in (await running.until(notice.delivery_id, "rejected"))["reason"]
    assert peers.mails() == []


async def test_a_short_message_is_delivered_by_the_receipt_of_every_segment(start: Start, peers: Peers) -> None:
    body = "【吉林省科技厅】" + "聚\N{ROCKET}" * 60
    notice = delivery(channel=Channel.SMS, address="00000000002", body=body)
    async with start() as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "delivered")
    (text,) = peers.texts()
    assert text["text"] == body
    assert text["segments"] == 3
    assert sum(one["event"] == "ReceiptReceived" for one in row["history"]) == 3


async def test_an_sms_centre_that_refuses_later_or_for_good_or_says_undelivered(start: Start, peers: Peers) -> None:
    later = delivery(1, channel=Channel.SMS, address="00000004441", body="一")
    never = delivery(2, channel=Channel.SMS, address="00000005551", body="二")
    undelivered = delivery(3, channel=Channel.SMS, address="00000007771", body="三")
    early = delivery(4, channel=Channel.SMS, address="00000009991", body="四")
    async with start() as running:
        await running.request(later, never, undelivered, early)
        await running.until(later.delivery_id, "delivered")
        assert "ESME_RINVDSTADR" in (await running.until(never.delivery_id, "rejected"))["reason"]
        await running.until(undelivered.delivery_id, "undelivered")
        await running.until(early.delivery_id, "delivered")


async def test_without_a_provider_notices_wait_and_health_says_so(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "ready")
        report = await running.at_rest()
        assert "no provider" in report["channels"]["mail"]["trouble"]
        assert report["notices"] == {"ready": 1}
    async with start() as running:
        await running.until(notice.delivery_id, "accepted")
    assert len(peers.mails()) == 1


async def test_a_provider_that_is_down_costs_no_attempt(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="smtp://127.0.0.1:1") as running:
        await running.request(notice)
        async with asyncio.timeout(10):
            while not (await running.client.get("/health")).json()["channels"]["mail"]["trouble"]:
                await asyncio.sleep(0.05)
        assert (await running.row(notice.delivery_id))["attempts"] == 0


async def test_two_workers_send_each_notice_once(start: Start, peers: Peers) -> None:
    notices = [delivery(number, address=f"demo{number}@example.invalid") for number in range(40)]
    async with start() as one, start() as other:
        await one.request(*notices)
        for notice in notices:
            await other.until(notice.delivery_id, "accepted")
    assert sorted(mail["to"][0] for mail in peers.mails()) == sorted(notice.address for notice in notices)
