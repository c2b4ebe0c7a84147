"""Mail servers that misbehave, through the whole engine: nothing is lost in silence, nothing leaves twice by itself,
and the log says what is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from shared.contracts.core import Role
from tests.notify.conftest import Peers, Running, kinds
from tests.notify.messages import delivery
from tests.notify.peers.mail_script import HELD, ScriptedMail
from tests.notify.waiting import eventually
from tests.servers import Database

Start = Callable[..., Any]
SENT_ONCE_MORE = ["AttemptStarted", "AttemptNotSent", "AttemptStarted", "DeliveryAccepted"]
SOON = 1.0
"""Seconds that the tests' transports wait for the answer to the final dot."""


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "451 4.7.1 later"], ids=["421", "451"])
@pytest.mark.parametrize("step", ["mail", "rcpt", "dot"])
async def test_not_now_at_any_step_is_tried_again(start: Start, server: ScriptedMail, step: str, answer: str) -> None:
    notice = delivery()
    getattr(server, step).append(answer)
    async with start(JUQU_SMTP_URL=server.url) as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
    assert kinds(row) == SENT_ONCE_MORE
    assert answer.partition(" ")[0] in row["history"][2]["detail"]
    assert server.number == 1


@pytest.mark.parametrize("step", ["rcpt", "dot"])
async def test_never_is_final_and_another_server_is_not_asked(
    start: Start, server: ScriptedMail, peers: Peers, step: str
) -> None:
    notice = delivery()
    getattr(server, step).append("550 5.1.1 nobody of that name")
    async with start(JUQU_SMTP_URL=server.url, JUQU_SMTP_URL_2=f"smtp://127.0.0.1:{peers.mail_port}") as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "rejected")
        await running.at_rest()
    assert kinds(row) == ["AttemptStarted", "DeliveryRejected"]
    assert "5.1.1" in row["reason"]
    assert (server.number, peers.mails()) == (0, [])


async def test_a_sender_that_is_refused_is_nothing_against_the_recipient(start: Start, server: ScriptedMail) -> None:
    """5xx to MAIL is about us: whoever is written to may well be reached another time."""
    notice = delivery()
    server.mail.append("550 5.7.1 not from you")
    async with start(JUQU_SMTP_URL=server.url) as running:
        await running.request(notice)
        operator = running.headers("operator", Role.OPERATOR)

        async def paused() -> bool:
            (smtp, _) = (await running.client.get("/providers", headers=operator)).json()
            return smtp["state"] == "paused" and "not from you" in smtp["reason"]

        await eventually(paused)
        await running.client.post("/providers/smtp/resume", json={"reason": "mended"}, headers=operator)
        row = await running.until(notice.delivery_id, "accepted")
    assert kinds(row) == SENT_ONCE_MORE
    assert server.number == 1


async def test_taken_and_never_answered_nobody_knows(start: Start, server: ScriptedMail, peers: Peers) -> None:
    notice = delivery()
    server.dot.append(HELD)
    async with start(JUQU_SMTP_URL=server.url, JUQU_SMTP_URL_2=f"smtp://127.0.0.1:{peers.mail_port}") as running:
        running.transport("smtp").final_dot = SOON
        await running.request(notice)
        row = await running.until(notice.delivery_id, "unknown")
        await running.at_rest()
        assert kinds(await running.row(notice.delivery_id)) == ["AttemptStarted", "AttemptUnknown"]
    assert "no answer" in row["reason"]
    assert (server.number, peers.mails()) == (1, [])


async def test_an_answer_after_the_waiting_is_over_is_not_heard(start: Start, server: ScriptedMail) -> None:
    notice = delivery()
    server.dot.append(HELD)
    async with start(JUQU_SMTP_URL=server.url) as running:
        running.transport("smtp").final_dot = SOON
        await running.request(notice)
        await running.until(notice.delivery_id, "unknown")
        server.let_go.set()
        await running.at_rest()
        assert kinds(await running.row(notice.delivery_id)) == ["AttemptStarted", "AttemptUnknown"]
    assert server.number == 1


async def test_one_silent_server_leaves_the_mails_after_it_alone(start: Start, server: ScriptedMail) -> None:
    stuck, other = delivery(1), delivery(2, address="demo0003@example.invalid")
    server.dot.append(HELD)
    async with start(JUQU_SMTP_URL=server.url) as running:
        await running.request(stuck)
        await eventually(lambda: server.number == 1)
        await running.request(other)
        await running.until(other.delivery_id, "accepted")
        assert (await running.row(stuck.delivery_id))["state"] == "attempting"
        server.let_go.set()
        row = await running.until(stuck.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "DeliveryAccepted"]
    assert server.number == 2


async def lease_over(database: Database, delivery_id: str) -> None:
    """Let an attempt's lease have run out, as it has for whoever reads it there."""
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(
        "update notify.deliveries set lease_until = now() - interval '1 minute' where delivery_id = $1", delivery_id
    )
    await owner.close()


async def slow(running: Running, database: Database, server: ScriptedMail, delivery_id: str) -> None:
    """Wait until the server has the mail, then let the lease run out."""
    await eventually(lambda: server.number == 1)
    await running.until(delivery_id, "attempting")
    await lease_over(database, delivery_id)
    await running.until(delivery_id, "unknown")


async def test_the_answer_of_a_slow_worker_settles_what_nobody_knew(
    start: Start, server: ScriptedMail, database: Database
) -> None:
    """Another process takes the slow one for dead; then the slow one's answer comes."""
    notice = delivery()
    server.dot.append(HELD)
    async with start(JUQU_SMTP_URL=server.url) as one:
        await one.request(notice)
        async with start(JUQU_SMTP_URL=server.url) as other:
            await slow(other, database, server, notice.delivery_id)
            server.let_go.set()
            row = await other.until(notice.delivery_id, "accepted")
    assert kinds(row) == ["AttemptStarted", "AttemptUnknown", "DeliveryAccepted"]
    assert (row["attempts"], server.number) == (1, 1)


async def test_the_answer_of_an_attempt_that_was_given_up_and_resent_is_kept(
    start: Start, server: ScriptedMail, database: Database
) -> None:
    notice = delivery()
    server.dot.append(HELD)
    async with start(JUQU_SMTP_URL=server.url) as one:
        await one.request(notice)
        async with start(JUQU_SMTP_URL=server.url) as other:
            await slow(other, database, server, notice.delivery_id)
            answer = await other.client.post(
                f"/notices/{notice.delivery_id}/resend",
                json={"reason": "the law demands it"},
                headers=other.headers("operator", Role.OPERATOR),
            )
            assert answer.status_code == 200, answer.text
            await eventually(lambda: server.number == 2)
            await other.until(notice.delivery_id, "accepted")
            server.let_go.set()
            await eventually(lambda: late(other, notice.delivery_id))
            row = await other.row(notice.delivery_id)
    assert kinds(row) == [
        *("AttemptStarted", "AttemptUnknown", "ResendOrdered"),
        *("AttemptStarted", "DeliveryAccepted", "LateAnswerKept"),
    ]
    assert (row["state"], row["attempts"], row["possible_duplicate"]) == ("accepted", 2, True)
    assert row["history"][-1]["attempt"] == 1
    assert server.number == 2


async def late(running: Running, delivery_id: str) -> bool:
    return "LateAnswerKept" in kinds(await running.row(delivery_id))
