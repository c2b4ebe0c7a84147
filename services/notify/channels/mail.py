"""A notice as the bytes of a mail (RFC 5322), the same ones at every attempt."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from shared.contracts.notify import DeliveryRequested

_PLAIN_URL = re.compile(r"https?://[!#-;=?-~]{1,400}", re.ASCII)


class UnsafeHeader(ValueError):
    """A text that would not stay within its header."""


def header_text(text: str) -> str:
    """A text that may stand in a header. Raises ``UnsafeHeader`` for one with control characters.

    Encoded words are decoded first: Python before 3.11.10 writes the line breaks within them as they are.
    """
    plain = text
    for _ in range(3):
        decoded = _decoded(plain)
        if decoded == plain:
            break
        plain = decoded
    if any(ord(character) < 32 or 127 <= ord(character) < 160 or character in "\u2028\u2029" for character in plain):
        raise UnsafeHeader("a header holds a control character")
    return plain


def _decoded(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
        return "".join(part if isinstance(part, str) else part.decode(name or "utf-8") for part, name in parts)
    except (HeaderParseError, LookupError, ValueError) as error:
        raise UnsafeHeader("a header holds an encoded word that cannot be read") from error


def mail_address(name: str, address: str) -> Address:
    """A mailbox; raises ``UnsafeHeader``."""
    try:
        return Address(display_name=header_text(name), addr_spec=header_text(address))
    except (ValueError, HeaderParseError, IndexError) as error:
        raise UnsafeHeader("a mailbox cannot be written") from error


def sender(text: str) -> Address:
    """The sender of a setting ``name <address>``; raises ``UnsafeHeader``."""
    name, address = parseaddr(text)
    return mail_address(name, address)


def mail_bytes(notice: DeliveryRequested, by: Address, reply_to: Address | None = None) -> bytes:
    """The mail, lines ended by CR LF, no octet above 127; raises ``UnsafeHeader``. Two parts where it has HTML."""
    message = EmailMessage(policy=SMTP)
    message["From"] = by
    message["To"] = mail_address(notice.recipient_name, notice.address)
    if reply_to is not None:
        message["Reply-To"] = reply_to
    message["Subject"] = header_text(notice.subject)
    message["Date"] = format_datetime(notice.dated)
    message["Message-ID"] = header_text(notice.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["Juqu-Case"] = header_text(notice.case_id)
    message["Juqu-Cause"] = f"{notice.cause_id} {notice.cause_type}"
    message["Juqu-Rule"] = f"{notice.rule}@{notice.rule_version}"
    message.set_content(notice.body, charset="utf-8", cte="base64")
    if notice.html:
        message.add_alternative(notice.html, subtype="html", charset="utf-8", cte="base64")
        message.set_boundary(f"juqu-{notice.delivery_id}")
    message["Content-Language"] = notice.language.value  # last: whatever sets content drops what describes it
    return _unsubscription(notice.unsubscribe_url) + message.as_bytes()


def _unsubscription(url: str) -> bytes:
    """The header of RFC 8058, in one line each: folded, or in encoded words, many readers do not find the address."""
    if not url:
        return b""
    if not _PLAIN_URL.fullmatch(url):
        raise UnsafeHeader("the address for unsubscribing cannot be written")
    return f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode("ascii")
