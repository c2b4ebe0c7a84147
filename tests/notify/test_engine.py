"""The engine on real peers: providers in order, pauses, the night, what runs out, what nobody knows."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.notify.aggregates.delivery import DELIVERY, commands
from shared.contracts.core import CST, Role
from shared.contracts.notify import Channel, DeliveryRequested, ProviderPaused, ProviderResumed
from tests.notify.conftest import Peers, Running, fresh, kinds
from tests.notify.messages import AT, SYSTEM, delivery
from tests.servers import Database

Start = Callable[..., Any]
NOBODY = "smtp://127.0.0.1:1"
TEXT = "【吉林省科技厅】一"


async def set_clock(database: Database, moment: str) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("select clock.set($1::timestamptz)", datetime.fromisoformat(moment))
    await owner.close()


def operator(running: Running) -> dict[str, str]:
    return running.headers("operator", Role.OPERATOR)


async def test_the_second_provider_takes_what_the_first_certainly_did_not(start: Start, peers: Peers) -> None:
    """The first cannot be reached; no attempt is spent on it."""
    notice = delivery()
    second = f"smtp://127.0.0.1:{peers.mail_port}"
    async with start(JUQU_SMTP_URL=NOBODY, JUQU_SMTP_URL_2=second) as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "DeliveryAccepted"]
    assert row["provider"] == "smtp-2"


async def test_a_temporary_refusal_goes_to_the_next_provider_at_once(start: Start, peers: Peers) -> None:
    notice = delivery(address="4xx@example.invalid")
    second = f"smtp://127.0.0.1:{peers.mail_port}"
    async with start(JUQU_SMTP_URL_2=second, JUQU_RETRY_PACE="1") as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "AttemptNotSent", "AttemptStarted", "DeliveryAccepted"]
    assert row["provider"] == "smtp-2"
    assert len(peers.mails()) == 1


async def test_what_nobody_knows_is_not_given_to_another_provider(start: Start, peers: Peers) -> None:
    notice = delivery(address="drop@example.invalid")
    async with start(JUQU_SMTP_URL_2=f"smtp://127.0.0.1:{peers.mail_port}") as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "unknown")
        await running.at_rest()
        assert (await running.row(notice.delivery_id))["attempts"] == row["attempts"] == 1
    assert len(peers.mails()) == 1


async def test_a_paused_provider_is_given_nothing_until_it_is_resumed(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start() as running:
        url, headers, why = "/providers/smtp", operator(running), {"reason": "the account is closed"}
        paused = await running.client.post(f"{url}/pause", json=why, headers=headers)
        assert paused.json()["events"] == ["notify.ProviderPaused"], paused.text
        again = await running.client.post(f"{url}/pause", json=why, headers=headers)
        assert again.json()["events"] == []
        async with asyncio.timeout(10):
            while not (await running.client.get("/health")).json()["channels"]["mail"]["paused"]:
                await asyncio.sleep(0.05)
        await running.request(notice)
        await running.until(notice.delivery_id, "ready")
        (shown,) = [
            one for one in (await running.client.get("/providers", headers=headers)).json() if one["provider"] == "smtp"
        ]
        assert (shown["state"], shown["reason"]) == ("paused", "the account is closed")
        assert (await running.row(notice.delivery_id))["attempts"] == 0
        resumed = await running.client.post(f"{url}/resume", json={"reason": "mended"}, headers=headers)
        assert resumed.json()["events"] == ["notify.ProviderResumed"]
        await running.until(notice.delivery_id, "accepted")
        unknown = await running.client.post("/providers/pigeon/pause", json=why, headers=headers)
        assert unknown.status_code == 404


async def refuse_binds(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A centre that answers every bind with ESME_RBINDFAIL."""
    head = await reader.readexactly(16)
    length, command, _, sequence = struct.unpack("!IIII", head)
    await reader.readexactly(length - 16)
    writer.write(struct.pack("!IIII", 16, command | 0x80000000, 0x0D, sequence))
    await writer.drain()
    writer.close()


async def test_a_bind_that_is_refused_pauses_the_provider_and_spends_no_attempt(start: Start, peers: Peers) -> None:
    notice = delivery(channel=Channel.SMS, address="00000000002", body=TEXT)
    centre = await asyncio.start_server(refuse_binds, "127.0.0.1", 0)
    port = centre.sockets[0].getsockname()[1]
    second = f"smpp://juqu:local@127.0.0.1:{peers.sms_port}"
    async with centre, start(JUQU_SMPP_URL=f"smpp://juqu:wrong@127.0.0.1:{port}", JUQU_SMPP_URL_2=second) as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "delivered")
        assert (row["provider"], row["attempts"]) == ("smpp-2", 1)
        shown: dict[str, Any] = {}
        async with asyncio.timeout(15):
            while shown.get("state") != "paused":
                every = (await running.client.get("/providers", headers=operator(running))).json()
                shown = next(one for one in every if one["provider"] == "smpp")
                await asyncio.sleep(0.05)
        assert shown["paused_by"] == "system:notify"


async def test_at_night_it_waits_for_the_morning_unless_it_is_urgent(
    start: Start, peers: Peers, database: Database
) -> None:
    calm, urgent = delivery(1), delivery(2, urgent=True)
    await set_clock(database, "2018-06-11T22:30:00+08:00")
    async with start() as running:
        for notice in (calm, urgent):
            await running.request_at(notice, datetime(2018, 6, 11, 22, 30, tzinfo=CST))
        await running.until(urgent.delivery_id, "accepted")
        row = await running.until(calm.delivery_id, "deferred")
        assert datetime.fromisoformat(row["deferred_until"]) == datetime(2018, 6, 12, 8, 0, tzinfo=CST)
        await set_clock(database, "2018-06-12T08:00:00+08:00")
        row = await running.until(calm.delivery_id, "accepted")
    assert kinds(row)[:2] == ["DeliveryDeferred", "DeliveryReleased"]


async def test_what_runs_out_while_it_waits_is_not_sent(start: Start, peers: Peers, database: Database) -> None:
    notice = delivery(expires_at=datetime(2018, 6, 11, 10, 0, tzinfo=CST))
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "ready")
        await set_clock(database, "2018-06-11T10:00:00+08:00")
        row = await running.until(notice.delivery_id, "expired")
        assert row["attempts"] == 0
    async with start() as running:
        await running.at_rest()
    assert peers.mails() == []


async def test_a_receipt_that_never_comes_is_said(start: Start, peers: Peers) -> None:
    notice = delivery(channel=Channel.SMS, address="00000008881", body=TEXT)
    async with start(JUQU_RECEIPT_HOURS="0.0001") as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "no-receipt")
    assert kinds(row)[-1] == "ReceiptMissing"


async def test_a_number_gets_no_more_than_it_may(start: Start, peers: Peers) -> None:
    notices = [delivery(n, channel=Channel.SMS, address="00000000002", body=TEXT) for n in range(3)]
    async with start(JUQU_NUMBER_RATE="2/hour") as running:
        await running.request(*notices)
        states: list[str] = []
        async with asyncio.timeout(15):
            while sorted(states) != ["deferred", "delivered", "delivered"]:
                states = [(await running.row(one.delivery_id))["state"] for one in notices]
                await asyncio.sleep(0.05)
    assert len(peers.texts()) == 2


async def test_a_slow_provider_delays_nobody_else_s_channel(start: Start, peers: Peers) -> None:
    """More mails than notify has connections for are never answered; meanwhile every short message gets its receipt."""
    stuck = [delivery(n, address="hang@example.invalid") for n in range(30)]
    texts = [delivery(100 + n, channel=Channel.SMS, address=f"0000{n:07d}", body=TEXT) for n in range(60)]
    async with start() as running:
        await running.request(*stuck)
        await running.until(stuck[0].delivery_id, "attempting")
        await running.request(*texts)
        for text in texts:
            await running.until(text.delivery_id, "delivered")
        states = {(await running.row(mail.delivery_id))["state"] for mail in stuck}
    assert states == {"attempting", "ready"}


async def unknown_attempt(running: Running, notice: DeliveryRequested) -> None:
    begun = commands.StartAttempt(
        context=fresh(SYSTEM),
        delivery_id=notice.delivery_id,
        provider="smtp",
        worker="a process that is no more",
        segments=1,
        at=AT,
        lease_until=AT + timedelta(minutes=11),
    )
    await running.service.runner.execute(DELIVERY, notice.delivery_id, begun)
    given_up = commands.RecordUnknown(
        context=fresh(SYSTEM), delivery_id=notice.delivery_id, attempt=1, reason="it died"
    )
    await running.service.runner.execute(DELIVERY, notice.delivery_id, given_up)


async def test_a_provider_that_cannot_be_asked_leaves_it_unknown(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        await unknown_attempt(running, notice)
        url = f"/notices/{notice.delivery_id}/reconcile"
        answer = await running.client.post(url, json={}, headers=operator(running))
        assert answer.json()["events"] == ["notify.DeliveryReconciled"], answer.text
        given = await running.client.post(url, json={"outcome": "taken"}, headers=operator(running))
        assert given.status_code == 422
        assert (await running.until(notice.delivery_id, "unknown"))["attempts"] == 1


async def test_what_the_law_does_not_demand_is_not_resent_at_a_risk(start: Start, peers: Peers) -> None:
    notice = delivery(statutory=False)
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        await unknown_attempt(running, notice)
        answer = await running.client.post(
            f"/notices/{notice.delivery_id}/resend", json={"reason": "x"}, headers=operator(running)
        )
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("only-statutory-is-resent")


async def test_metrics_count_by_state_channel_and_provider(start: Start, peers: Peers) -> None:
    good, bad = delivery(1), delivery(2, address="5xx@example.invalid")
    async with start() as running:
        await running.request(good, bad)
        await running.until(good.delivery_id, "accepted")
        await running.until(bad.delivery_id, "rejected")
        told = (await running.client.get("/metrics")).text
    assert 'juqu_notices{channel="mail",provider="smtp",state="accepted"} 1.0' in told
    assert 'juqu_notices_failed_share{provider="smtp"} 0.5' in told
    assert 'juqu_provider_usable{provider="smtp"} 1.0' in told
    assert "example.invalid" not in told


@pytest.mark.parametrize("kind", [ProviderPaused, ProviderResumed])
def test_a_pause_is_not_published(kind: type[Any]) -> None:
    from shared.contracts.core import event_type

    assert event_type(kind).internal
