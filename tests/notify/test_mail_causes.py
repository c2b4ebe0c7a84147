"""What refusals of mails are about, in the words of the servers that our recipients have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.notify.channels.mail.causes import SIGNS, Cause, cause_of
from services.notify.channels.mail.smtp_answers import refusal
from services.notify.channels.outcome import NotSent, TurnedDown
from shared.contracts.core import Role
from tests.notify.conftest import Peers, Running, kinds
from tests.notify.messages import delivery
from tests.notify.peers.mail_script import ScriptedMail

Start = Callable[..., Any]
OURS = (
    "550 relay not permitted",
    "550 5.7.1 <x@example.cn>: Relaying denied",
    "554 5.7.1 <x@example.cn>: Relay access denied",
    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "553 Requested action not taken: Local user only",
    "530 5.7.0 Must issue a STARTTLS command first",
    "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
    "530 go away",
    "503 Error: need EHLO and AUTH first !",
    "553 authentication is required,163 smtp2",
    "550 5.7.1",
    "550 5.7.1 Service refuse",
    "550 5.4.5 Daily user sending quota exceeded",
    "550 5.7.26 Unauthenticated email from juqu.cn is not accepted due to the domain's DMARC policy",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
    "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
    "550 5.7.509 Access denied, sending domain juqu.cn does not pass DMARC verification",
    "553 5.7.1 <a@juqu.cn>: Sender address rejected: not owned by user notices",
    "550 5.1.8 <a@juqu.cn>: Sender address rejected: Domain not found",
    "550 Sender verify failed",
    "550 Sender address rejected: user unknown in local table",
    "553 Mail from must equal authorized user",
    "554 blacklisted",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example.org",
    "554 IP<192.0.2.1> in blacklist",
    "550 User in blacklist",
    "554 MI:SPB 163 smtp5",
    "550 SPF check failed",
    "550 5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR record",
    "504 5.5.2 <juqu>: Helo command rejected: need fully-qualified hostname",
    "550 Administrative prohibition",
)
NOBODY = (
    "550 5.1.1 <x@example.cn>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.4.1 Recipient address rejected: Access denied. [x.prod.outlook.com]",
    "550 Unrouteable address",
    "550 User not found: wang@163.com",
    "550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728",
    "550 RC:LD The email account that you tried to reach does no exists.",
    "550 5.7.0 address invalid",
    "550 no such user here (umail mta)",
    "550 收件人邮箱不存在",
)
FULL = (
    "552 5.2.2 mailbox full",
    "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
    "552 Requested mail action aborted: exceeded storage allocation",
    "552 Quota exceed the hard limit for user wang@example.cn",
)
NOT_NOW = (
    "550 Ip frequency limited [x Blocked IP 192.0.2.22]. http://service.mail.qq.com/cgi-bin/help?no=1000725",
    "550 Domain frequency limited",
    "550 Mailbox unavailable or access denied",
    "503 5.5.1 bad sequence of commands",
    "554 5.4.7 delivery time expired",
)
CONTENT = ("554 DT:SPM 163 smtp", "550 Mail content denied", "550 5.7.1 message content rejected", "550 Suspected spam")
RECIPIENT = (
    "554 5.7.1 <x@example.cn>: Recipient address rejected: Access denied",
    "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
    "553 Mail is rejected by recipients",
    "552 5.3.4 Message size exceeds fixed limit",
    "554 5.6.0 not taken",
)
UNTOLD = ("550 Requested action not taken: mailbox unavailable", "501 Bad address syntax", "550", "")
CAUSES = {
    Cause.OURS: OURS,
    Cause.NOBODY: NOBODY,
    Cause.FULL: FULL,
    Cause.NOT_NOW: NOT_NOW,
    Cause.CONTENT: CONTENT,
    Cause.RECIPIENT: RECIPIENT,
    Cause.UNTOLD: UNTOLD,
}


@pytest.mark.parametrize(("cause", "said"), [(cause, said) for cause, every in CAUSES.items() for said in every])
def test_a_refusal_is_about_what_its_words_and_codes_say(cause: Cause, said: str) -> None:
    assert cause_of(said) is cause


def test_every_sign_has_its_source() -> None:
    assert all(sign.source for sign in SIGNS)


@pytest.mark.parametrize("said", OURS)
def test_a_refusal_of_us_is_not_the_recipients(said: str) -> None:
    result = refusal(int(said[:3]), said[4:])
    assert isinstance(result, NotSent)
    assert result.misconfigured


@pytest.mark.parametrize("said", [*FULL, *NOT_NOW, *CONTENT])
def test_what_another_time_or_server_may_take_is_not_sent_and_pauses_nobody(said: str) -> None:
    result = refusal(int(said[:3]), said[4:])
    assert isinstance(result, NotSent)
    assert not result.misconfigured


@pytest.mark.parametrize("said", [*NOBODY, *RECIPIENT, *UNTOLD[:3]])
def test_what_is_about_the_recipient_is_refused_for_good(said: str) -> None:
    assert isinstance(refusal(int(said[:3]), said[4:]), TurnedDown)


def test_an_address_says_nothing_of_the_cause() -> None:
    """Whoever subscribes chooses the address, and a relay repeats it."""
    assert cause_of("550 5.1.1 <relaying-denied@blacklist.example>: no") is Cause.NOBODY
    assert cause_of("550 relaying.denied@blacklist.example is refused") is Cause.UNTOLD


@pytest.mark.parametrize(
    "said",
    [
        "5.1.1 <x@e.cn>: Recipient address rejected: mx.e.cn[192.0.2.1] said: 550 5.7.1 banned (in reply to RCPT TO)",
        "response to RCPT TO:<x@e.cn> from mx.e.cn was: 550 5.7.1 blacklisted",
    ],
)
def test_what_the_relay_repeats_of_another_server_pauses_nobody(said: str) -> None:
    result = refusal(550, said)
    assert isinstance(result, NotSent)
    assert not result.misconfigured


async def _state(running: Running, provider: str) -> tuple[str, str]:
    every = (await running.client.get("/providers", headers=running.headers("operator", Role.OPERATOR))).json()
    (one,) = [each for each in every if each["provider"] == provider]
    return one["state"], one["reason"]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt", "550 5.7.1 relaying denied"),
        ("rcpt", "553 5.7.1 Sender address rejected: not owned by user"),
        ("mail", "550 5.1.8 sender domain not found"),
        ("mail", "550 no"),
        ("dot", "550 5.4.5 Daily user sending quota exceeded"),
    ],
)
async def test_a_refusal_of_us_pauses_the_provider_and_the_next_one_sends(
    start: Start, server: ScriptedMail, peers: Peers, step: str, answer: str
) -> None:
    getattr(server, step).append(answer)
    notice = delivery()
    async with start(JUQU_SMTP_URL=server.url, JUQU_SMTP_URL_2=peers.mail_url) as running:
        await running.request(notice)
        row = await running.until(notice.delivery_id, "accepted")
        state, reason = await _state(running, "smtp")
    assert kinds(row) == ["AttemptStarted", "AttemptNotSent", "AttemptStarted", "DeliveryAccepted"]
    assert row["provider"] == "smtp-2"
    assert state == "paused"
    assert answer[4:] in reason
