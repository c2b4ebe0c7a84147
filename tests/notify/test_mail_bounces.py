"""What mail servers report of our mails, over SMTP and LMTP, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from threading import Event
from typing import Any

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as some
from structlog.testing import capture_logs

from deploy.local.ports import free_ports, is_free
from services.notify.channels.mail.bounces import Report, read_report, take_bounces
from services.notify.channels.mail.message import mail_bytes, sender
from services.notify.channels.mail.settings import Listening
from services.notify.codes import bounce_address, unsubscribe_url
from services.notify.own import Notify
from shared.contracts.core import Role
from shared.contracts.notify import Channel, DeliveryRequested
from tests.notify.conftest import Peers, Running
from tests.notify.messages import delivery
from tests.notify.waiting import GENEROUS

Start = Callable[..., Any]
TO = "bounces@juqu.invalid"
BY = sender("Office <notices@juqu.invalid>")


def report(
    notice: DeliveryRequested, action: str = "failed", status: str = "5.1.1", message_id: str | None = None
) -> bytes:
    """A report as RFC 3464 has it."""
    return f"""From: MAILER-DAEMON@example.invalid\r
Subject: Undelivered mail\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
\r
I am sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; example.invalid\r
Original-Envelope-Id: {notice.delivery_id}\r
\r
Final-Recipient: rfc822; {notice.address}\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 {status} said\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
From: notices@juqu.invalid\r
Message-ID: {notice.message_id if message_id is None else message_id}\r
\r
--b--\r
""".encode()


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "relayed", "expanded"])
def test_a_report_is_read(action: str) -> None:
    notice = delivery()
    read = read_report(report(notice, action, "4.4.1"))
    assert read == Report(action, "4.4.1", f"{action} 4.4.1 smtp; 550 4.4.1 said", notice.message_id)  # type: ignore[arg-type]


def test_delivered_by_the_word_of_another_server_is_relayed() -> None:
    content = report(delivery(), "delivered", "2.0.0").replace(b"Action:", b"Remote-MTA: dns; 127.0.0.1\r\nAction:")
    assert read_report(content).action == "relayed"


def test_words_for_people_are_kept_unread() -> None:
    read = read_report(b"Subject: Undelivered\r\nFrom: x@y.invalid\r\n\r\nNo such user\r\n")
    assert read == Report("unread", "", "Undelivered", "")
    whole = b"Content-Type: message/rfc822\r\n\r\n" + mail_bytes(delivery(), BY)
    assert read_report(whole).message_id == delivery().message_id


@given(some.one_of(some.binary(max_size=400), some.binary(max_size=60).map(lambda junk: report(delivery()) + junk)))
def test_whatever_comes_is_no_error(content: bytes) -> None:
    assert read_report(content).action


@given(some.integers(0, 700), some.binary(max_size=12))
def test_a_report_that_is_cut_or_changed_is_no_error(at: int, junk: bytes) -> None:
    whole = report(delivery())
    assert read_report(whole[:at] + junk + whole[at + len(junk) :]).action


async def _bring(port: int, running: Running, to: DeliveryRequested | str, content: bytes) -> aiosmtplib.SMTPResponse:
    address = to
    if not isinstance(to, str):
        address = bounce_address(running.service.own(Notify).secret(), TO, to.delivery_id)
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    try:
        await client.mail("")
        await client.rcpt(str(address))
        return await client.data(content)
    finally:
        client.close()


def _listening() -> tuple[int, dict[str, str]]:
    (port,) = free_ports(1)
    return port, {"JUQU_BOUNCES_TO": TO, "JUQU_BOUNCES_LISTEN": f"smtp://127.0.0.1:{port}"}


async def test_a_mail_is_undelivered_once_its_bounce_came_back(start: Start, peers: Peers) -> None:
    notice = delivery()
    port, settings = _listening()
    async with start(**settings) as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "accepted")
        assert peers.mails()[0]["from"] == bounce_address(running.service.own(Notify).secret(), TO, notice.delivery_id)
        await _bring(port, running, notice, report(notice))
        row = await running.until(notice.delivery_id, "undelivered")
        await _bring(port, running, notice, report(notice))
        again = await running.row(notice.delivery_id)
    kinds = [one["event"] for one in row["history"]]
    assert kinds[-2:] == ["BounceReceived", "DeliveryUndelivered"]
    assert [one["event"] for one in again["history"]] == kinds


async def test_relayed_is_not_delivered_and_a_delay_settles_nothing(start: Start) -> None:
    notice = delivery()
    port, settings = _listening()
    async with start(**settings) as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "accepted")
        await _bring(port, running, notice, report(notice, "relayed", "2.0.0"))
        await _bring(port, running, notice, report(notice, "delayed", "4.4.1"))
        await running.at_rest()
        assert (await running.row(notice.delivery_id))["state"] == "accepted"
        await _bring(port, running, notice, report(notice, "delivered", "2.1.5"))
        await running.until(notice.delivery_id, "delivered")


async def test_what_is_forged_or_is_about_another_mail_changes_nothing(start: Start) -> None:
    notice = delivery()
    port, settings = _listening()
    async with start(**settings) as running:
        await running.request(notice)
        before = await running.until(notice.delivery_id, "accepted")
        for address in (TO, f"bounces+{notice.delivery_id}.000000000000@juqu.invalid", "root@juqu.invalid"):
            with pytest.raises(aiosmtplib.SMTPRecipientRefused, match=r"5\.1\.1"):
                await _bring(port, running, address, report(notice))
        for content in (report(notice, message_id="<other@juqu.invalid>"), b"\xff\x00 nonsense", b""):
            assert (await _bring(port, running, notice, content)).code == 250
        await _bring(port, running, delivery(99), report(delivery(99)))
        await running.at_rest()
        assert (await running.row(notice.delivery_id))["history"] == before["history"]


async def test_a_bounce_also_says_that_a_mail_of_which_nobody_knew_was_taken(start: Start) -> None:
    notice = delivery(address="drop@example.invalid")
    port, settings = _listening()
    async with start(**settings) as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "unknown")
        await _bring(port, running, notice, report(notice, "delivered", "2.1.5"))
        row = await running.until(notice.delivery_id, "delivered")
    assert "DeliveryReconciled" in [one["event"] for one in row["history"]]


HOSTILE = {
    "parameters": b"Content-Type: multipart/report; " + b";\r\n ".join(b"a*%d*=x" % number for number in range(60_000)),
    "blocks": b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\nStatus: 5.1.1\r\n\r\n" * 28_000,
    "headers": b"".join(b"H%d: x\r\n" % number for number in range(80_000)),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_bounce_keeps_notify_from_nothing(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each took the event loop for up to 18 seconds; now others are greeted while it is read."""
    (port,) = free_ports(1)
    greeted, taken = Event(), list[Report]()

    def read(content: bytes) -> Report:
        greeted.clear()
        assert greeted.wait(GENEROUS), "nobody else is greeted while a bounce is read"
        return read_report(content)

    async def take(_delivery_id: str, report: Report) -> None:
        taken.append(report)

    monkeypatch.setattr("services.notify.channels.mail.bounces.read_report", read)
    server = await take_bounces(Listening("lmtp", "127.0.0.1", port, TO), lambda: b"secret", take)
    async with server:
        address = bounce_address(b"secret", TO, delivery().delivery_id)
        bringing = asyncio.create_task(_brought(port, address, content[:1_000_000] + b"\r\n\r\n.\r\n"))
        while not bringing.done():
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert (await reader.readline()).startswith(b"220")
            writer.close()
            greeted.set()
        assert b"250 2.0.0" in await bringing
    assert len(taken) == 1


async def _brought(port: int, address: str, content: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    for line in ("LHLO peer", "MAIL FROM:<>", f"RCPT TO:<{address}>", "DATA"):
        writer.write(f"{line}\r\n".encode())
        while (await reader.readline())[3:4] == b"-":
            pass
    writer.write(content)
    answer = await reader.readline()
    writer.close()
    return answer


async def test_lmtp_is_spoken_where_that_is_set(start: Start) -> None:
    port, settings = _listening()
    settings["JUQU_BOUNCES_LISTEN"] = f"lmtp://127.0.0.1:{port}"
    async with start(**settings), asyncio.timeout(10):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except ConnectionError:
                await asyncio.sleep(0.02)
        assert (await reader.readline()).startswith(b"220")
        writer.write(b"LHLO peer\r\n")
        assert (await reader.readline()).startswith(b"250")
        writer.close()


async def _health_is(running: Running, status: int, *, says: str) -> None:
    async with asyncio.timeout(20):
        while True:
            answer = await running.client.get("/health")
            if answer.status_code == status and says in str(answer.json()["hindered"]):
                return
            await asyncio.sleep(0.05)


async def test_a_second_process_on_one_bounce_port_says_so_once_and_takes_over(start: Start) -> None:
    port, settings = _listening()
    async with AsyncExitStack() as first:
        said = first.enter_context(capture_logs())
        await _health_is(await first.enter_async_context(start(**settings)), 200, says="{}")
        async with asyncio.timeout(10):
            while is_free(port):
                await asyncio.sleep(0.02)
        async with start(**settings) as second:
            await _health_is(second, 503, says=f"bounces cannot be taken at 127.0.0.1:{port}")
            await asyncio.sleep(2.5)
            assert [each["event"] for each in said].count("cannot listen") == 1
            await first.aclose()
            await _health_is(second, 200, says="{}")


async def test_one_click_ends_a_subscription_and_again_is_fine(start: Start) -> None:
    async with start() as running:
        asked = {"channel": "mail", "address": "public@example.invalid"}
        ident = (await running.client.post("/subscriptions", json=asked)).json()["subscription_id"]
        notice = delivery()
        url = unsubscribe_url("http://notify", running.service.own(Notify).secret(), notice.delivery_id)

        await running.request(replace(notice, recipient=f"subscriber:{ident}", unsubscribe_url=url))
        page = await running.client.get(url)
        assert page.status_code == 200
        assert '<form method="post">' in page.text
        assert "set-cookie" not in page.headers
        stream = f"notify/subscription/{ident}"
        assert await _last(running, stream) == "SubscriptionRequested"
        for _ in range(2):
            done = await running.client.post(url, data={"List-Unsubscribe": "One-Click"})
            assert done.status_code == 200
            assert "You are unsubscribed" in done.text
        assert await _last(running, stream) == "SubscriptionEnded"
        assert len(await running.service.log.read_stream(stream)) == 2


async def test_there_is_nothing_to_unsubscribe_by_a_code_that_is_not_ours(start: Start) -> None:
    async with start() as running:
        notice = delivery(channel=Channel.MAIL)
        await running.request(notice)
        secret = running.service.own(Notify).secret()
        statutory = unsubscribe_url("http://notify", secret, notice.delivery_id)
        absent = unsubscribe_url("http://notify", secret, delivery(98).delivery_id)
        for url in (statutory, absent, "http://notify/u/AAAA", unsubscribe_url("http://notify", b"x", "0" * 32)):
            for answer in (await running.client.get(url), await running.client.post(url)):
                assert answer.status_code == 404
        big = await running.client.post(statutory, content=b"x" * 5000)
        assert big.status_code == 413


async def _last(running: Running, stream: str) -> str:
    return type((await running.service.log.read_stream(stream))[-1].event).__name__


@pytest.mark.parametrize("bounced", [True, False])
async def test_an_address_that_nobody_has_is_not_sent_to_until_it_is_released(start: Start, bounced: bool) -> None:
    notice = delivery(address="once@example.invalid" if bounced else "5xx@example.invalid")
    port, settings = _listening()
    async with start(**settings) as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted", "rejected")
        if bounced:
            await _bring(port, running, notice, report(notice))
        operator = running.headers("operator", Role.OPERATOR)
        async with asyncio.timeout(15):
            while not (stopped := (await running.client.get("/suppressions", headers=operator)).json()):
                await asyncio.sleep(0.05)
        assert "5.1.1" in stopped[0]["reason"]
        assert notice.address not in str(stopped)
        asked = {"channel": "mail", "address": notice.address}
        await running.client.post("/subscriptions", json=asked)
        await running.at_rest()
        rows = (await running.client.get("/notices", headers=operator)).json()
        assert [one["state"] for one in rows][1:] == ["suppressed"]
        path = f"/suppressions/{stopped[0]['suppression_id']}/release"
        for events in (["notify.AddressReleased"], []):
            released = await running.client.post(path, json={"reason": "mended"}, headers=operator)
            assert released.json()["events"] == events
        assert row["state"] in {"accepted", "rejected"}
        assert (await running.client.post(path, json={"reason": "x"})).status_code == 401
