"""kill -9 of a real process at every step of an attempt, on real peers; another process takes over.

The process is stopped where the log is about to take an event in, or where the provider is about to answer, so that
each test knows what had left and what was recorded when it died.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.contracts.notify import Channel, DeliveryRequested
from tests.notify.conftest import kinds
from tests.notify.killing import kill, own_process, recorded, stopped_before, stopped_before_a_receipt
from tests.notify.messages import delivery
from tests.notify.peers.mail_script import HELD, ScriptedMail
from tests.notify.peers.sms_script import ScriptedCentre
from tests.notify.waiting import eventually
from tests.servers import Database

Start = Callable[..., Any]
MAIL = delivery()
TEXT = delivery(channel=Channel.SMS, address="00000000002", body="【吉林省科技厅】一")
NO_PROVIDER = {"JUQU_SMTP_URL": "", "JUQU_SMPP_URL": ""}
NOBODY_KNOWS = ["AttemptStarted", "AttemptUnknown"]


async def asked_for(start: Start, notice: DeliveryRequested) -> Mapping[str, str]:
    """Have a notice requested, and nobody to send it."""
    async with start(**NO_PROVIDER) as running:
        await running.request(notice)
        settings: Mapping[str, str] = running.settings.environment
    return settings


async def killed_before(
    settings: Mapping[str, str], database: Database, event: str, version: int = 1, **urls: str
) -> None:
    """Let a process send until it brings an event to the log; kill it there, the event lost with it."""
    async with (
        stopped_before(database, event, version) as stopped,
        own_process(settings, **urls) as process,
    ):
        await stopped.reached()
        await kill(process)


async def afterwards(start: Start, notice: DeliveryRequested, state: str, **urls: str) -> list[str]:
    """What is recorded of the notice once another process has done all that there is to do."""
    async with start(**NO_PROVIDER | urls) as running:
        await running.until(notice.delivery_id, state)
        await running.at_rest()
        row = await running.row(notice.delivery_id)
    assert row["state"] == state
    return kinds(row)


async def test_before_the_start_is_recorded_nothing_has_left_and_it_is_sent(
    start: Start, server: ScriptedMail, database: Database
) -> None:
    settings = await asked_for(start, MAIL)
    await killed_before(settings, database, "notify.AttemptStarted", JUQU_SMTP_URL=server.url)
    assert server.reached == []
    assert await afterwards(start, MAIL, "accepted", JUQU_SMTP_URL=server.url) == ["AttemptStarted", "DeliveryAccepted"]
    assert server.number == 1


@pytest.mark.parametrize("step", ["mail", "rcpt"])
async def test_between_the_start_and_the_content_nobody_knows_and_nothing_leaves(
    start: Start, server: ScriptedMail, step: str
) -> None:
    """Nothing had left; but the log cannot tell that from the moment after it."""
    getattr(server, step).append(HELD)
    settings = await asked_for(start, MAIL)
    async with own_process(settings, JUQU_SMTP_URL=server.url) as process:
        await eventually(lambda: step in server.reached)
        await kill(process)
    server.let_go.set()
    assert await afterwards(start, MAIL, "unknown", JUQU_SMTP_URL=server.url) == NOBODY_KNOWS
    assert server.number == 0


async def test_between_the_content_and_the_answer_nobody_knows(start: Start, server: ScriptedMail) -> None:
    server.dot.append(HELD)
    settings = await asked_for(start, MAIL)
    async with own_process(settings, JUQU_SMTP_URL=server.url) as process:
        await eventually(lambda: server.number == 1)
        await kill(process)
    server.let_go.set()
    assert await afterwards(start, MAIL, "unknown", JUQU_SMTP_URL=server.url) == NOBODY_KNOWS
    assert server.number == 1


ANSWERS = {
    "": "notify.DeliveryAccepted",
    "451 4.7.1 later": "notify.AttemptNotSent",
    "550 5.1.1 never": "notify.DeliveryRejected",
}
"""What the server says to the final dot (empty: that it has it), and what is to be recorded of it."""


@pytest.mark.parametrize("answer", ANSWERS, ids=["taken", "not now", "never"])
async def test_between_the_answer_and_its_record_nobody_knows(
    start: Start, server: ScriptedMail, database: Database, answer: str
) -> None:
    """The crash window: the server has said it, and the log has not heard it."""
    server.dot += [answer] if answer else []
    settings = await asked_for(start, MAIL)
    await killed_before(settings, database, ANSWERS[answer], JUQU_SMTP_URL=server.url)
    assert server.reached == ["mail", "rcpt", "dot"]
    assert await afterwards(start, MAIL, "unknown", JUQU_SMTP_URL=server.url) == NOBODY_KNOWS
    assert server.number == (0 if answer else 1)


async def test_between_two_attempts_it_is_tried_again(start: Start, server: ScriptedMail, database: Database) -> None:
    server.rcpt.append("451 4.7.1 later")
    settings = await asked_for(start, MAIL)
    await killed_before(settings, database, "notify.AttemptStarted", 4, JUQU_SMTP_URL=server.url)
    assert server.number == 0
    assert await afterwards(start, MAIL, "accepted", JUQU_SMTP_URL=server.url) == [
        *("AttemptStarted", "AttemptNotSent"),
        *("AttemptStarted", "DeliveryAccepted"),
    ]
    assert server.number == 1


async def test_between_a_submission_and_its_answer_nobody_knows(start: Start, centre: ScriptedCentre) -> None:
    centre.holds = True
    settings = await asked_for(start, TEXT)
    async with own_process(settings, JUQU_SMPP_URL=centre.url) as process:
        await eventually(lambda: len(centre.submitted) == 1)
        await kill(process)
    centre.holds = False
    assert await afterwards(start, TEXT, "unknown", JUQU_SMPP_URL=centre.url) == NOBODY_KNOWS
    assert len(centre.submitted) == 1


async def test_between_the_centre_s_answer_and_its_record_nobody_knows(
    start: Start, centre: ScriptedCentre, database: Database
) -> None:
    settings = await asked_for(start, TEXT)
    await killed_before(settings, database, "notify.DeliveryAccepted", JUQU_SMPP_URL=centre.url)
    assert await afterwards(start, TEXT, "unknown", JUQU_SMPP_URL=centre.url) == NOBODY_KNOWS
    assert len(centre.submitted) == 1


DELIVERED = ["AttemptStarted", "DeliveryAccepted", "ReceiptReceived", "DeliveryDelivered"]


async def test_between_a_receipt_and_its_record_it_is_not_lost(
    start: Start, centre: ScriptedCentre, database: Database
) -> None:
    """The centre was told that we have it; so we have it."""
    settings = await asked_for(start, TEXT)
    async with (
        stopped_before(database, "notify.ReceiptReceived") as stopped,
        own_process(settings, JUQU_SMPP_URL=centre.url) as process,
    ):
        await recorded(database, "notify.DeliveryAccepted")
        assert await centre.receipt("id-1", "DELIVRD") == 0
        await stopped.reached()
        await kill(process)
    assert await afterwards(start, TEXT, "delivered", JUQU_SMPP_URL=centre.url) == DELIVERED
    assert len(centre.submitted) == 1


async def test_a_receipt_that_was_not_kept_is_not_acknowledged_and_comes_again(
    start: Start, centre: ScriptedCentre, database: Database
) -> None:
    settings = await asked_for(start, TEXT)
    async with own_process(settings, JUQU_SMPP_URL=centre.url) as process:
        await recorded(database, "notify.DeliveryAccepted")
        async with stopped_before_a_receipt(database) as stopped:
            told = asyncio.create_task(centre.receipt("id-1", "DELIVRD"))
            await stopped.reached()
            await kill(process)
            with pytest.raises(asyncio.CancelledError):
                await told
    async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL=centre.url) as running:
        await eventually(lambda: centre.bound)
        assert await centre.receipt("id-1", "DELIVRD") == 0
        row = await running.until(TEXT.delivery_id, "delivered")
    assert kinds(row) == DELIVERED
