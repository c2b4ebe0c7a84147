"""A notice as a mail: its parts, its headers, its signature, the way to end such mails."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.notify.channels.mail.dkim import DkimSigner, UnusableKey, key_in, read_key
from services.notify.channels.mail.message import UnsafeHeader, mail_bytes, sender
from services.notify.channels.mail.settings import MailTerms, read_signers
from services.notify.codes import (
    bounce_address,
    bounced_delivery,
    unsubscribe_token,
    unsubscribe_url,
    unsubscribed_delivery,
)
from shared.contracts.notify import Language
from shared.service.settings import SettingError
from tests.notify.messages import delivery

BY = sender("吉林省科学技术厅 <notices@juqu.invalid>")
SECRET = b"k" * 32
HTML = '<!doctype html><html lang="zh-CN"><body><p>您好</p></body></html>'
IDENT = str(UUID(int=7))


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_words_and_html_are_two_parts_of_one_mail() -> None:
    content = mail_bytes(delivery(html=HTML), BY)
    message = read(content)
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert rich.get_content().strip() == HTML
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_the_bytes_are_the_same_at_every_attempt_and_other_for_another_delivery(tmp_path: Path) -> None:
    terms = MailTerms(by=BY, signers=(DkimSigner("juqu.invalid", "s", key_in(tmp_path / "s.pem")),))
    first = terms.content(delivery(html=HTML))
    assert terms.content(delivery(html=HTML)) == first
    assert terms.content(delivery(2, html=HTML)) != first


def test_the_headers_say_whence_and_in_which_language() -> None:
    office = sender("Office <office@juqu.invalid>")
    message = read(mail_bytes(delivery(language=Language.ENGLISH), BY, office))
    assert str(message["Reply-To"]) == "Office <office@juqu.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert "List-Unsubscribe" not in message


def test_one_click_stands_in_one_line_each() -> None:
    url = unsubscribe_url("https://juqu.jl.gov.cn/", SECRET, IDENT)
    lines = mail_bytes(delivery(unsubscribe_url=url), BY).split(b"\r\n")
    assert f"List-Unsubscribe: <{url}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert len(f"List-Unsubscribe: <{url}>") <= 78


def test_one_click_is_not_folded_where_the_name_is_long() -> None:
    url = unsubscribe_url("https://notices.a-rather-long-name-of-an-office.example.cn", SECRET, IDENT)
    assert f"List-Unsubscribe: <{url}>".encode() in mail_bytes(delivery(unsubscribe_url=url), BY).split(b"\r\n")


@pytest.mark.parametrize(
    "url", ["https://x/\r\nBcc: a@b.invalid", "https://x/>, <mailto:a@b", "mailto:a@b", "https://é/"]
)
def test_an_address_that_would_leave_its_header_is_refused(url: str) -> None:
    with pytest.raises(UnsafeHeader):
        mail_bytes(delivery(unsubscribe_url=url), BY)


@pytest.mark.parametrize("selector", ["juqu", "ed2026"])
def test_a_signature_is_right_by_the_record_in_the_dns(tmp_path: Path, selector: str) -> None:
    (signer,) = read_signers(
        {"JUQU_DKIM_DOMAIN": "juqu.invalid", "JUQU_DKIM_SELECTOR": selector}, tmp_path, "juqu.invalid"
    )
    url = unsubscribe_url("https://juqu.jl.gov.cn", SECRET, IDENT)
    content = MailTerms(by=BY, signers=(signer,)).content(delivery(html=HTML, unsubscribe_url=url))
    assert _right(content, signer)
    header = re.sub(r"\s", "", str(read(content)["DKIM-Signature"]))
    assert "list-unsubscribe:list-unsubscribe-post" in header
    for changed in (
        content.replace(b"/u/", b"/v/"),
        content.replace(b"auto-generated", b"auto-replied"),
        b"From: somebody@else.invalid\r\n" + content,
        b"List-Unsubscribe: <https://else.invalid/>\r\n" + content,
    ):
        assert changed != content
        assert not _right(changed, signer)


def test_two_selectors_sign_twice(tmp_path: Path) -> None:
    given = {"JUQU_DKIM_DOMAIN": "juqu.invalid", "JUQU_DKIM_SELECTOR": "r1,ed1"}
    signers = read_signers(given, tmp_path, "mail.juqu.invalid")
    content = MailTerms(by=BY, signers=signers).content(delivery())
    assert content.count(b"DKIM-Signature:") == 2
    assert _right(content, signers[1], 0)
    assert _right(content, signers[0], 1)
    assert [each.record[1][:15] for each in signers] == ["v=DKIM1; k=rsa;", "v=DKIM1; k=ed25"]


def _right(content: bytes, signer: DkimSigner, which: int = 0) -> bool:
    name, text = signer.record

    def dns(asked: bytes, timeout: int = 5) -> bytes:
        return text.encode() if asked.decode().rstrip(".") == name else b""

    return bool(dkim.DKIM(content).verify(idx=which, dnsfunc=dns))


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "dkim-juqu.pem"
    first = DkimSigner("juqu.invalid", "juqu", key_in(file)).record
    assert DkimSigner("juqu.invalid", "juqu", key_in(file)).record == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_nobody_heeds_is_refused(tmp_path: Path) -> None:
    weak = generate_private_key(65537, 1024).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (weak, b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"):
        with pytest.raises(UnusableKey):
            read_key(pem)
    (tmp_path / "weak.pem").write_bytes(weak)
    for file in (tmp_path / "weak.pem", tmp_path / "never-made.pem"):
        with pytest.raises(SettingError, match="JUQU_DKIM_KEY"):
            read_signers({"JUQU_DKIM_DOMAIN": "juqu.invalid", "JUQU_DKIM_KEY": str(file)}, tmp_path, "juqu.invalid")
    assert not (tmp_path / "never-made.pem").exists()


def test_bounces_come_back_to_a_delivery_by_an_address_that_only_we_make() -> None:
    address = bounce_address(SECRET, "bounces@juqu.invalid", IDENT)
    assert address.startswith(f"bounces+{IDENT}.")
    assert len(address.partition("@")[0]) <= 64
    assert bounced_delivery(SECRET, "bounces@juqu.invalid", address) == IDENT
    assert bounced_delivery(SECRET, "bounces@juqu.invalid", address.upper()) == IDENT
    for forged in (
        address.replace(IDENT, str(UUID(int=8))),
        address.replace("@juqu", "@else"),
        f"bounces+{IDENT}@juqu.invalid",
        "bounces@juqu.invalid",
        "",
    ):
        assert bounced_delivery(SECRET, "bounces@juqu.invalid", forged) == ""
    assert bounced_delivery(b"other", "bounces@juqu.invalid", address) == ""


def test_the_code_to_unsubscribe_is_short_and_only_ours() -> None:
    token = unsubscribe_token(SECRET, IDENT)
    assert len(token) == 30
    assert unsubscribed_delivery(SECRET, token) == IDENT
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (changed, token[:-2], token + "AA", "", "é", "/" * 30):
        assert unsubscribed_delivery(SECRET, forged) == ""
    assert unsubscribed_delivery(b"other", token) == ""


def test_who_is_told_of_bounces() -> None:
    notice = delivery()
    assert MailTerms(by=BY).envelope_sender(notice) == "notices@juqu.invalid"
    terms = MailTerms(by=BY, bounces_to="bounces@juqu.invalid", secret=lambda: SECRET)
    told = terms.envelope_sender(notice)
    assert bounced_delivery(SECRET, "bounces@juqu.invalid", told) == notice.delivery_id
    assert terms.envelope_sender(replace(notice, delivery_id=IDENT)) != told
