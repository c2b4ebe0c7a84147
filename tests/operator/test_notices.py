"""``juqu notices`` at the command line: asked of a notify that runs, with a mail server and an SMS centre."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.local.mail_peer import serve_mail
from deploy.local.ports import free_ports
from deploy.local.sms_peer import serve_sms
from services.notify.masking import masked, without_addresses
from shared.contracts.intake import FormRevised
from shared.contracts.notify import Channel, DeliveryRequested
from shared.programme.forms import ApplicationForm
from tests.notify.killing import own_process
from tests.notify.messages import delivery
from tests.notify.waiting import eventually
from tests.operator.conftest import CASE, CITY, NOTIFY, Said, System
from tests.operator.test_log import reads

MAIL = replace(delivery(1), case_id=CASE)
LOST = replace(delivery(2, address="drop@example.invalid"), case_id=CASE)
BAD = replace(delivery(3, address="5xx@example.invalid"), case_id=CASE)
TEXT = replace(delivery(4, channel=Channel.SMS, address="00000000002", body="【吉林省科技厅】一"), case_id=CASE)


@dataclass(frozen=True)
class Office:
    """A running notify and the command line beside it."""

    system: System
    url: str
    maildir: Path

    async def juqu(self, *words: str) -> Said:
        """``juqu notices`` with these words."""
        return await self.system.juqu("notices", *words)

    async def sent(self, notice: DeliveryRequested, state: str) -> None:
        """Have a notice requested, and wait until it is in a state."""
        stream = f"notify/delivery/{notice.delivery_id}"
        await self.system.append("notify", stream, NOTIFY, "2018-06-11", notice)
        await self.until(notice, state)

    async def until(self, notice: DeliveryRequested, state: str) -> None:
        """Wait until a notice is in a state."""
        connection = await asyncpg.connect(self.system.database.owner_url)
        query = "select state from notify.deliveries where delivery_id = $1"

        async def reached() -> bool:
            return bool(await connection.fetchval(query, notice.delivery_id) == state)

        try:
            await eventually(reached)
        finally:
            await connection.close()

    @property
    def mails(self) -> int:
        """How many mails the server has taken."""
        return len(list(self.maildir.glob("*.eml")))


async def _healthy(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"{url}/health")).is_success
        except httpx.TransportError:
            return False


@pytest.fixture
async def office(system: System, redis_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    mail_port, sms_port, port = free_ports(3)
    url, maildir = f"http://127.0.0.1:{port}", tmp_path / "mail"
    system.note(clock="driven", services={"notify": url})
    owner = await asyncpg.connect(system.database.owner_url)
    await owner.execute("select clock.set('2018-06-11T09:00:00+08:00')")
    await owner.close()
    environment = {
        "JUQU_DATABASE_URL": system.database.url("notify"),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_STATE_DIR": str(system.state),
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_PORT": str(port),
        "JUQU_CLOCK": "driven",
        "JUQU_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "JUQU_SMPP_URL": f"smpp://juqu:local@127.0.0.1:{sms_port}",
        "JUQU_TEST_ADDRESSES": "1",
    }
    revised = FormRevised(case_id=CASE, form=ApplicationForm(), office=CITY.office, revised_by=CITY.subject)
    await system.append("intake", f"intake/application/{CASE}", CITY, "2018-06-11", revised)
    mail = await serve_mail(mail_port, maildir)
    sms, task = await serve_sms(sms_port, tmp_path / "sms.jsonl")
    async with mail, own_process(environment):
        await eventually(lambda: _healthy(url))
        yield Office(system, url, maildir)
    task.cancel()
    await sms.stop()


async def test_notices_are_listed_with_their_state_and_without_their_addresses(office: Office) -> None:
    assert (await office.juqu("list")).out == "There are no such notices.\n"
    await office.sent(MAIL, "accepted")
    await office.sent(LOST, "unknown")
    await office.sent(BAD, "rejected")
    await office.sent(TEXT, "delivered")
    said = await office.juqu("list")
    assert said.code == 0, said.err
    head, *rows = said.out.splitlines()
    assert head.split() == [
        *("delivery_id", "requested_on", "channel", "recipient", "address", "rule", "state", "attempts")
    ]
    assert [next(word for word in row.split() if word in STATES) for row in rows] == list(reversed(STATES))
    assert "d***@example.invalid" in rows[-1]
    for secret in (MAIL.address, MAIL.recipient_name, TEXT.address, MAIL.subject):
        assert secret not in said.out
    assert [each["delivery_id"] for each in (await office.juqu("list", "--in", "unknown", "--json")).json] == [
        LOST.delivery_id
    ]
    (text,) = (await office.juqu("list", "--channel", "sms", "--case", CASE[:8], "--json")).json
    assert (text["state"], text["address"]) == ("delivered", "000****0002")
    assert (await office.juqu("list", "--limit", "5")).err == ""


async def test_notices_are_listed_newest_first_and_page_by_page(office: Office) -> None:
    notices = [replace(delivery(number), case_id=CASE) for number in range(1, 6)]
    for each in notices:
        await office.sent(each, "accepted")
    ids = [each.delivery_id for each in notices]
    seen: list[str] = []
    words = ["list", "--limit", "2", "--in", "accepted"]
    for _ in range(3):
        seen += [each["delivery_id"] for each in (await office.juqu(*words, "--json")).json]
        said = await office.juqu(*words)
        if "there may be older ones" in said.err:
            hint = said.err.rpartition("`")[0].rpartition("`")[2].split()
            words = hint[hint.index("list") :]
    assert seen == ids[::-1]
    oldest = await office.juqu("list", "--oldest", "--limit", "2", "--json")
    assert [each["delivery_id"] for each in oldest.json] == ids[:2]


NOTHING: list[tuple[tuple[str, ...], str]] = [
    (("list", "--in", "nosuch"), "'no-receipt'"),
    (("list", "--channel", "pigeon"), "'mail'"),
    (("list", "--case", "nosuch"), "log search --type intake"),
    (("list", "--case", "00000000-0000-0000-0000-000000000000"), "log search --type intake"),
    (("show", "nosuch"), "notices list"),
    (("resend", "nosuch", "--reason", "x"), "notices list"),
    (("resend", "00000000-0000-0000-0000-000000000000", "--reason", "x"), "notices list"),
    (("reconcile", "nosuch"), "notices list"),
    (("pause", "pigeon", "--reason", "x"), "There are smtp, smpp"),
    (("resume", "pigeon", "--reason", "x"), "There are smtp, smpp"),
    (("preview", "correction-notise", "--case", CASE), "correction-notice"),
    (("preview", "correction-notice", "--case", "nosuch"), "log search --type intake"),
    (("preview", "correction-notice", "--case", CASE, "--language", "fr"), "'zh-CN'"),
]


async def test_a_name_of_nothing_is_told_what_there_is(office: Office) -> None:
    for words, told in NOTHING:
        assert told in (await office.juqu(*words)).refused, words


STATES = ("accepted", "unknown", "rejected", "delivered")


async def test_a_notice_is_shown_in_time_order_with_what_led_to_it(office: Office) -> None:
    await office.sent(TEXT, "delivered")
    said = await office.juqu("show", TEXT.delivery_id)
    assert said.code == 0, said.err
    facts = dict(line.split(None, 1) for line in said.out.splitlines() if line.startswith(("cause", "rule", "rec")))
    assert facts["cause_type"] == "review.CorrectionNoticeIssued"
    assert facts["cause_id"] == str(TEXT.cause_id)
    assert facts["rule"] == "correction-notice"
    assert facts["recipient"] == "county:220113"
    (told,) = (await office.juqu("show", TEXT.delivery_id, "--json")).json
    kinds = ["DeliveryRequested", "AttemptStarted", "DeliveryAccepted", "ReceiptReceived", "DeliveryDelivered"]
    history = told["history"]
    assert [each["what"].split()[0].partition(".")[2] for each in history] == kinds
    assert [each["seq"] for each in history] == sorted(each["seq"] for each in history)
    assert [each["recorded_at"] for each in history] == sorted(each["recorded_at"] for each in history)
    assert "attempt=1; provider=smpp" in history[1]["facts"]
    assert "stat:DELIVRD" in history[3]["facts"]
    for secret in (TEXT.address, TEXT.recipient_name, TEXT.body):
        assert secret not in said.out
    assert "There is no notice" in (await office.juqu("show", delivery(99).delivery_id)).refused
    assert any(f"notices show {TEXT.delivery_id}" in each.command for each in await reads(office.system))


async def test_only_what_is_unknown_is_resent_and_then_says_so(office: Office) -> None:
    await office.sent(MAIL, "accepted")
    refused = (await office.juqu("resend", MAIL.delivery_id, "--reason", "x")).refused
    assert "This notice neither failed nor is its outcome unknown" in refused
    await office.sent(LOST, "unknown")
    before = office.mails
    said = await office.juqu("resend", LOST.delivery_id, "--reason", "the law demands it")
    assert (said.code, said.out) == (0, "It is sent again, marked as a possible duplicate.\n")
    await eventually(lambda: office.mails == before + 1)
    await office.until(LOST, "unknown")
    shown = (await office.juqu("show", LOST.delivery_id)).out
    assert "reason=the law demands it" in shown
    assert "possible_duplicate=True" in shown
    optional = replace(delivery(5, address="drop@example.invalid"), statutory=False)
    await office.sent(optional, "unknown")
    assert (
        "The law does not demand this notice"
        in (await office.juqu("resend", optional.delivery_id, "--reason", "x")).refused
    )


async def test_a_provider_that_cannot_be_asked_leaves_a_notice_unknown(office: Office) -> None:
    await office.sent(LOST, "unknown")
    said = await office.juqu("reconcile", LOST.delivery_id)
    assert (said.code, "The provider cannot say; the notice stays unknown." in said.refused) == (1, True)
    assert "notify.DeliveryReconciled" in (await office.juqu("show", LOST.delivery_id)).out
    await office.sent(MAIL, "accepted")
    assert (await office.juqu("reconcile", MAIL.delivery_id)).code == 1


async def test_a_provider_is_paused_and_resumed(office: Office) -> None:
    async def states() -> dict[str, tuple[str, str]]:
        rows = (await office.juqu("providers", "--json")).json
        return {each["provider"]: (each["state"], each["reason"]) for each in rows}

    assert await states() == {"smtp": ("in use", ""), "smpp": ("in use", "")}
    assert (await office.juqu("pause", "smtp", "--reason", "the account is closed")).out == "smtp is paused.\n"
    assert (await states())["smtp"] == ("paused", "the account is closed")
    assert "the account is closed" in (await office.juqu("providers")).out
    async with httpx.AsyncClient(base_url=office.url, trust_env=False) as client:

        async def given_nothing() -> bool:
            return bool((await client.get("/health")).json()["channels"]["mail"]["paused"])

        await eventually(given_nothing)
    await office.sent(MAIL, "ready")
    assert (await office.juqu("resume", "smtp", "--reason", "mended")).out == "smtp is used again.\n"
    await office.until(MAIL, "accepted")
    assert "There is no such provider" in (await office.juqu("pause", "pigeon", "--reason", "x")).refused


async def test_a_notice_is_previewed_with_a_real_case(lived: System, office: Office) -> None:
    del lived
    said = await office.juqu("preview", "case-opened", "--case", CASE)
    assert said.code == 0, said.err
    first, second, *_ = said.out.splitlines()
    assert first.startswith("case-opened@")
    assert "(zh-CN, mail)" in first
    assert "：" in second
    english = (await office.juqu("preview", "case-opened", "--case", CASE, "--language", "en")).out
    assert "Department of Science and Technology" in english
    page = (await office.juqu("preview", "case-opened", "--case", CASE, "--html")).out
    assert page.startswith("<!DOCTYPE html>")
    (short,) = (await office.juqu("preview", "case-opened", "--case", CASE, "--channel", "sms", "--json")).json
    assert (short["segments"], short["text"].startswith("【吉林省科技厅】")) == (1, True)
    assert "There is no such template" in (await office.juqu("preview", "nonsense", "--case", CASE)).refused
    assert "Nothing has happened" in (await office.juqu("preview", "title-revoked", "--case", CASE)).refused


def test_addresses_are_masked() -> None:
    assert masked("chen@example.org") == "c***@example.org"
    assert masked("+8613800138000") == "+86****8000"
    assert masked("https://hooks.example/secret/path") == "https://hooks.example/***"
    assert (masked("1234"), masked("")) == ("***", "")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("550 5.1.1 <chen@example.org>: no such user", "550 5.1.1 <c***@example.org>: no such user"),
        ("rejected: chen@example.org, li@sub.example.org.", "rejected: c***@example.org, l***@sub.example.org."),
        ("SMPP 11 to +8613800138000 (13800138000)", "SMPP 11 to +86****8000 (138****8000)"),
        ("410 from https://hooks.example/secret/path", "410 from https://hooks.example/***"),
        ("no mail address of city:220100 is known", "no mail address of city:220100 is known"),
        ("", ""),
    ],
)
def test_addresses_are_masked_within_what_a_provider_said(said: str, shown: str) -> None:
    assert without_addresses(said) == shown


async def test_without_a_running_notify_it_says_so(system: System) -> None:
    assert "Notify's address is not known" in (await system.juqu("notices", "list")).refused
    system.note(services={"notify": "http://127.0.0.1:1"})
    assert "does not answer" in (await system.juqu("notices", "list")).refused
