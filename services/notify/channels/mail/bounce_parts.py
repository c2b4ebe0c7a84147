"""A mail that came back, taken apart: what it says to machines, what it says to people, what it returns of ours."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from email.generator import Generator
from email.message import Message
from html.parser import HTMLParser
from io import StringIO
from quopri import decodestring

MOST_PARTS = 50
LONGEST = 20_000
"""Characters of words that are read: servers say what matters to people at the beginning."""
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_COPY = re.compile(
    r"^[^\w\n]*(this is )?(a copy of (the|your) (message|mail)|(the )?original message|(the )?unsent message|"
    r"message headers? follow|(a )?copy of .{0,40}follow|below this line|returned (message|mail) follow|"
    r"(message|mail) (text|header).{0,12}follow|原(始)?邮件|以下是?(您|原))",
    re.IGNORECASE | re.MULTILINE,
)
_FIELDS = re.compile(r"^(Reporting-MTA|Final-Recipient|Original-Recipient|Action) ?:", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"^\W*Message-ID:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(r"\n[ \t>]*\n")


@dataclass(slots=True)
class ReturnedMail:
    """``head`` has the mail's own headers, ``blocks`` the fields (RFC 3464) of the mail and of each recipient.
    ``words`` are for people, without what is returned; ``message_id`` is the returned mail's, empty where there is
    none."""

    head: Message
    blocks: list[Message] = field(default_factory=list)
    words: str = ""
    message_id: str = ""


def taken_apart(content: bytes) -> ReturnedMail:
    """The parts of a mail, whatever it is."""
    try:
        return _sorted(message_from_bytes(content))
    except RecursionError:
        return ReturnedMail(Message())


def _sorted(message: Message) -> ReturnedMail:
    mail, words = ReturnedMail(message), []
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in _REPORTS:
            mail.blocks += _blocks(_flat(part))
        elif kind in _RETURNED:
            mail.message_id = mail.message_id or _first_id(_flat(part))
        elif part.get_content_maintype() == "text":
            words.append(_text(part))
    text = "\n".join(words)[: 2 * LONGEST]
    copy = _COPY.search(text)
    mail.words = text[: copy.start() if copy else LONGEST][:LONGEST]
    mail.message_id = mail.message_id or _first_id(text[copy.start() :] if copy else text)
    fields = None if mail.blocks else _FIELDS.search(mail.words)
    if fields is not None:
        mail.blocks = _blocks(mail.words[fields.start() :])
    return mail


def _leaves(message: Message) -> Iterator[Message]:
    """Its parts in order, not those of what is returned in it."""
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        held = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(held, list):
            waiting[:0] = [inner for inner in held if isinstance(inner, Message)]
        else:
            yield part


def _blocks(text: str) -> list[Message]:
    blocks = [block.strip() for block in _BLANK.split(text.replace("\r", ""))]
    return [message_from_string(f"{block}\n\n") for block in blocks if block]


def _flat(part: Message) -> str:
    """The decoded text of a part. The library reads a part that holds a mail as if it were not encoded."""
    held = part.get_payload()
    if not isinstance(held, list):
        return _text(part)
    out = StringIO()
    for inner in held:
        if isinstance(inner, Message):
            Generator(out, mangle_from_=False, maxheaderlen=0).flatten(inner)
            out.write("\n")
    return _decoded(out.getvalue(), str(part.get("Content-Transfer-Encoding", "")))


def _decoded(text: str, encoding: str) -> str:
    octets = text.encode("utf-8", "surrogateescape")
    match encoding.strip().lower():
        case "base64":
            octets = _unpacked(octets)
        case "quoted-printable":
            octets = decodestring(octets)
    return octets.decode("utf-8", "replace").replace("\r\n", "\n")


def _unpacked(octets: bytes) -> bytes:
    try:
        return b64decode(octets)
    except Error:
        return b""


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    charset = (part.get_content_charset() or "utf-8").lower()
    try:
        text = octets.decode("gb18030" if charset.startswith("gb") else charset, "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    text = text.replace("\r\n", "\n")
    return _plain(text[: 4 * LONGEST]) if part.get_content_subtype() == "html" else text[: 2 * LONGEST]


class _Page(HTMLParser):
    """The words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden = tag in {"style", "script"}
        self.words.append(" " if tag in {"a", "b", "em", "font", "i", "span", "strong", "u"} else "\n")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _plain(page: str) -> str:
    reader = _Page()
    reader.feed(page)
    return "".join(reader.words)


def _first_id(text: str) -> str:
    match = _ID.search(text)
    return match[1] if match else ""


__all__ = ["ReturnedMail", "taken_apart"]
