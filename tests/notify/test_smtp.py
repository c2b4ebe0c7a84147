"""Mail servers that ask for TLS and a password, and what their answers mean."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path

import pytest

from deploy.local.mail_peer import Guard, serve_mail
from deploy.local.ports import free_ports
from services.notify.aggregates.delivery.mail_status import enhanced, is_lasting, is_no_such_address
from services.notify.channels.mail.message import sender
from services.notify.channels.mail.settings import MailTerms, read_listening, read_mail_terms, read_public_url
from services.notify.channels.mail.smtp import SmtpTransport
from services.notify.channels.outcome import Misconfigured, NotSent, ProviderDown, Result, Submitted, TurnedDown
from shared.service.settings import SettingError
from tests.notify.certificates import Authority, authority
from tests.notify.messages import delivery

BY = sender("吉林省科学技术厅 <notices@juqu.invalid>")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@asynccontextmanager
async def peer(maildir: Path, guard: Guard | None = None) -> AsyncIterator[int]:
    (port,) = free_ports(1)
    server = await serve_mail(port, maildir, guard=guard)
    try:
        yield port
    finally:
        server.close()


async def _sent(transport: SmtpTransport, address: str = "demo0002@example.invalid") -> Result:
    try:
        return await (await transport.open()).send(delivery(address=address), "1")
    finally:
        await transport.close()


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_server_with_tls_and_a_password(tmp_path: Path, trusted: Authority, implicit: bool) -> None:
    async with peer(tmp_path, Guard(trusted.server, implicit, "right")) as port:
        terms = MailTerms(by=BY, tls="required", certificates=str(trusted.file))
        url = f"{'smtps' if implicit else 'smtp'}://juqu:right@127.0.0.1:{port}"
        assert isinstance(await _sent(SmtpTransport(url, terms)), Submitted)
    assert len(list(tmp_path.glob("*.eml"))) == 1


async def test_a_refused_password_is_our_settings(tmp_path: Path, trusted: Authority) -> None:
    async with peer(tmp_path, Guard(trusted.server, password="right")) as port:
        terms = MailTerms(by=BY, tls="required", certificates=str(trusted.file))
        with pytest.raises(Misconfigured, match="535"):
            await SmtpTransport(f"smtp://juqu:wrong@127.0.0.1:{port}", terms).open()


async def test_a_server_that_asks_for_no_password(tmp_path: Path) -> None:
    async with peer(tmp_path) as port:
        with pytest.raises(Misconfigured):
            await SmtpTransport(f"smtp://juqu:right@127.0.0.1:{port}", MailTerms(by=BY)).open()


async def test_a_mail_without_the_password_that_is_asked_for_is_our_settings(
    tmp_path: Path, trusted: Authority
) -> None:
    async with peer(tmp_path, Guard(trusted.server, password="right")) as port:
        result = await _sent(
            SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY, certificates=str(trusted.file)))
        )
        assert isinstance(result, NotSent)
        assert (result.code[:3], result.misconfigured) == ("530", True)


async def test_without_tls_nothing_is_said_where_it_is_required(tmp_path: Path) -> None:
    async with peer(tmp_path) as port:
        with pytest.raises(ProviderDown, match="STARTTLS"):
            await SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY, tls="required")).open()
    assert not list(tmp_path.glob("*.eml"))


@pytest.mark.parametrize("tls", ["required", "offered"])
async def test_a_certificate_of_somebody_else_is_not_taken(tmp_path: Path, trusted: Authority, tls: str) -> None:
    other = authority(tmp_path / "other")
    async with peer(tmp_path, Guard(trusted.server)) as port:
        terms = MailTerms(by=BY, tls=tls, certificates=str(other.file))
        with pytest.raises(ProviderDown, match="certificate"):
            await SmtpTransport(f"smtp://127.0.0.1:{port}", terms).open()


async def test_a_certificate_for_another_name_is_not_taken(tmp_path: Path) -> None:
    elsewhere = authority(tmp_path / "elsewhere", "127.0.0.2")
    async with peer(tmp_path, Guard(elsewhere.server)) as port:
        terms = MailTerms(by=BY, certificates=str(elsewhere.file))
        with pytest.raises(ProviderDown, match="certificate"):
            await SmtpTransport(f"smtp://127.0.0.1:{port}", terms).open()


def test_another_machine_hears_nothing_in_the_clear_unless_that_is_set() -> None:
    unset, offered = MailTerms(by=BY), MailTerms(by=BY, tls="offered")
    assert unset.tls_required("mail.example.cn", password=False)
    assert not unset.tls_required("127.0.0.1", password=True)
    assert not offered.tls_required("mail.example.cn", password=False)
    assert offered.tls_required("mail.example.cn", password=True)


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("5xx", TurnedDown, "550 5.1.1"),
        ("always4xx", NotSent, "451 4.7.1"),
        ("full", NotSent, "552 5.2.2"),
        ("421", NotSent, "421 4.3.2"),
        ("data4xx", NotSent, "452 4.3.1"),
        ("data5xx", TurnedDown, "554 5.6.0"),
    ],
)
async def test_what_an_answer_means(tmp_path: Path, name: str, kind: type[Result], code: str) -> None:
    async with peer(tmp_path) as port:
        result = await _sent(SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY)), f"{name}@example.invalid")
    assert isinstance(result, kind)
    assert isinstance(result, TurnedDown | NotSent)
    assert result.code == code


async def test_after_a_421_the_next_mail_has_a_connection_of_its_own(tmp_path: Path) -> None:
    async with peer(tmp_path) as port:
        transport = SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY))
        assert isinstance(await (await transport.open()).send(delivery(address="421@example.invalid"), "1"), NotSent)
        assert isinstance(await (await transport.open()).send(delivery(), "2"), Submitted)
        await transport.close()


async def test_an_address_beyond_ascii_is_refused_and_never_sent(tmp_path: Path) -> None:
    async with peer(tmp_path) as port:
        result = await _sent(SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY)), "王@example.invalid")
    assert isinstance(result, TurnedDown)
    assert not list(tmp_path.glob("*.eml"))


async def test_a_domain_in_other_letters_is_sent_to_by_its_a_labels_in_envelope_and_header(tmp_path: Path) -> None:
    async with peer(tmp_path) as port:
        result = await _sent(SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY)), "li@例子.中国")
    assert isinstance(result, Submitted)
    (mail,) = (message_from_bytes(file.read_bytes()) for file in tmp_path.glob("*.eml"))
    assert parseaddr(mail["To"])[1] == "li@xn--fsqu00a.xn--fiqs8s"
    (line,) = (tmp_path / "index.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["to"] == ["li@xn--fsqu00a.xn--fiqs8s"]


@pytest.mark.parametrize("stored", ["wang@jl.gov.cn ", "\u200bwang@jl.gov.cn", "ｗａｎｇ@jl.gov.cn"])
async def test_an_address_of_before_the_rule_is_sent_to_as_it_was_meant(tmp_path: Path, stored: str) -> None:
    async with peer(tmp_path) as port:
        assert isinstance(await _sent(SmtpTransport(f"smtp://127.0.0.1:{port}", MailTerms(by=BY)), stored), Submitted)
    (line,) = (tmp_path / "index.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["to"] == ["wang@jl.gov.cn"]


@pytest.mark.parametrize(
    ("status", "lasting", "nobody"),
    [
        ("5.1.1", True, True),
        ("5.1.10", True, True),
        ("5.2.1", True, True),
        ("5.2.2", False, False),
        ("5.4.7", False, False),
        ("5.7.1", False, False),
        ("5.6.0", True, False),
        ("4.1.1", False, False),
        ("5.1", False, False),
        ("", False, False),
    ],
)
def test_what_a_status_says_of_an_address(status: str, lasting: bool, nobody: bool) -> None:
    assert (is_lasting(status), is_no_such_address(status)) == (lasting, nobody)


def test_a_status_stands_at_the_beginning_of_an_answer() -> None:
    assert enhanced("5.1.1 no such user") == "5.1.1"
    assert enhanced("see 5.1.1") == enhanced("5.1 x") == enhanced("15.1.1 x") == enhanced("5.1.1.2") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUQU_SMTP_TLS", "perhaps"),
        ("JUQU_SMTP_CA", "/nowhere"),
        ("JUQU_MAIL_REPLY_TO", "x"),
        ("JUQU_BOUNCES_TO", "bounces+x@juqu.invalid"),
        ("JUQU_BOUNCES_TO", "far-too-long-a-name@juqu.invalid"),
        ("JUQU_DKIM_DOMAIN", "elsewhere.invalid"),
        ("JUQU_BOUNCES_LISTEN", "imap://127.0.0.1:143"),
        ("JUQU_BOUNCES_LISTEN", "lmtp://127.0.0.1:24"),
        ("JUQU_PUBLIC_URL", "juqu.invalid"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    read: Callable[[], object] = lambda: read_mail_terms({name: value}, tmp_path, BY, bytes)  # noqa: E731
    if name == "JUQU_BOUNCES_LISTEN":
        read = lambda: read_listening({name: value})  # noqa: E731
    if name == "JUQU_PUBLIC_URL":
        read = lambda: read_public_url({name: value})  # noqa: E731
    with pytest.raises(SettingError, match=name):
        read()
