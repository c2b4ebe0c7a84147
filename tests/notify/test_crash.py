"""kill -9 at the worst moment: what may have left is unknown, and nothing is sent twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notify.aggregates.delivery import DELIVERY, commands
from shared.contracts.notify import Channel
from tests.notify.conftest import Peers, fresh
from tests.notify.killing import own_process
from tests.notify.messages import SYSTEM, delivery

Start = Callable[..., Any]


async def test_started_and_never_sent_is_unknown_and_not_sent(start: Start, peers: Peers) -> None:
    """The process ended between the commit of the start and the first byte."""
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        begun = commands.StartAttempt(
            context=fresh(SYSTEM),
            delivery_id=notice.delivery_id,
            provider="smtp",
            worker="a process that is no more",
            segments=1,
            at=datetime.now(UTC),
            lease_until=datetime.now(UTC) + timedelta(minutes=11),
        )
        await running.service.runner.execute(DELIVERY, notice.delivery_id, begun)
    async with start() as running:
        row = await running.until(notice.delivery_id, "unknown")
        await running.at_rest()
        assert "died" in row["reason"]
        assert row["attempts"] == 1
    assert peers.mails() == []


async def test_a_lease_that_ran_out_gives_unknown_whoever_lives(start: Start, peers: Peers) -> None:
    notice = delivery()
    async with start(JUQU_SMTP_URL="") as running:
        await running.request(notice)
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        begun = commands.StartAttempt(
            context=fresh(SYSTEM),
            delivery_id=notice.delivery_id,
            provider="smtp",
            worker="elsewhere",
            segments=1,
            at=long_ago,
            lease_until=long_ago + timedelta(minutes=11),
        )
        await running.service.runner.execute(DELIVERY, notice.delivery_id, begun)
        row = await running.until(notice.delivery_id, "unknown")
        assert "lease" in row["reason"]


async def test_killed_while_the_server_is_silent_it_is_unknown_and_sent_once(start: Start, peers: Peers) -> None:
    mail = delivery(1, address="hang@example.invalid")
    text = delivery(2, channel=Channel.SMS, address="00000006661", body="【吉林省科技厅】一")
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="") as running:
        await running.request(mail, text)
        async with own_process(
            running.settings.environment, JUQU_SMTP_URL=peers.mail_url, JUQU_SMPP_URL=peers.sms_url
        ) as process:
            await running.until(mail.delivery_id, "attempting")
            await running.until(text.delivery_id, "attempting")
            async with asyncio.timeout(10):
                while not (peers.mails() and peers.texts()):
                    await asyncio.sleep(0.02)
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        await running.until(mail.delivery_id, "unknown")
        await running.until(text.delivery_id, "unknown")
    async with start() as running:
        await running.at_rest()
        await asyncio.sleep(0.5)
    assert len(peers.mails()) == 1
    assert len(peers.texts()) == 1
