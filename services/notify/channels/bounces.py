"""What mail servers report of a mail (RFC 3464), taken from the site's mail server over LMTP or SMTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Literal, TypeAlias, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk

from services.notify.channels.mail_settings import Listening
from services.notify.tokens import bounced_delivery

MOST_OCTETS = 1_048_576
LONGEST_TEXT = 500
Action: TypeAlias = Literal["delivered", "relayed", "expanded", "delayed", "failed", "unread"]
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Report:
    """What came back. ``action`` is ``unread`` for words that no machine was meant to read: kept, nothing follows.

    ``message_id`` is the one of the mail that it is about, empty where it does not say.
    """

    action: Action
    status: str
    text: str
    message_id: str


class TooEarly(Exception):
    """It cannot be recorded now; the server that brings it is asked to come again."""


OnReport = Callable[[str, Report], Awaitable[None]]
"""Records a report of a delivery. Raises ``TooEarly``."""


def read_report(content: bytes) -> Report:
    """What a mail says of ours; whatever it is, never an error. Of several recipients the first that failed."""
    message = message_from_bytes(content)
    blocks = [block for part in message.walk() for block in _blocks(part)]
    told = sorted((each for each in map(_told, blocks) if each), key=lambda each: _ACTIONS.index(each[0]))
    original = _original(message)
    if not told:
        return Report("unread", "", _fit(str(message.get("Subject", ""))), original)
    action, status, text = told[0]
    return Report(action, status, text, original)


def _blocks(part: Message) -> Iterator[Message]:
    if part.get_content_type() != "message/delivery-status":
        return
    held = part.get_payload()
    if isinstance(held, list):
        yield from (each for each in held if isinstance(each, Message))


def _told(block: Message) -> tuple[Action, str, str] | None:
    """Action, status and words of one recipient; none for the block of the whole mail.

    ``delivered`` by another server's word is ``relayed``: exim says so of a server that has promised no report.
    """
    action = str(block.get("Action", "")).strip().lower()
    status = str(block.get("Status", "")).strip().split(" ")[0]
    if action not in _ACTIONS or not _STATUS.fullmatch(status):
        return None
    words = _fit(" ".join(str(block.get(name, "")) for name in ("Diagnostic-Code", "Remote-MTA")))
    said = f"{action} {status} {words}".rstrip()
    handed_on = action == "delivered" and "Remote-MTA" in block
    return cast(Action, "relayed" if handed_on else action), status, said


def _original(message: Message) -> str:
    """The id of the mail that is reported on, from what is returned of it."""
    for part in message.walk():
        kind = part.get_content_type()
        held = part.get_payload()
        if kind == "message/rfc822" and isinstance(held, list) and held and isinstance(held[0], Message):
            return _id(held[0])
        if kind == "text/rfc822-headers":
            octets = part.get_payload(decode=True)
            return _id(message_from_bytes(octets if isinstance(octets, bytes) else b""))
    return ""


def _id(message: Message) -> str:
    return _fit(str(message.get("Message-ID", "")))


def _fit(text: str) -> str:
    return _UNFIT.sub(" ", text).strip()[:LONGEST_TEXT]


@dataclass(slots=True)
class _Taker:
    """aiosmtpd's handler. Only addresses that we made ourselves are taken; an answer means that it is recorded."""

    secret: Callable[[], bytes]
    bounces_to: str
    on_report: OnReport

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _talk: Talk, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not bounced_delivery(self.secret(), self.bounces_to, address):
            return "550 5.1.1 not an address of ours"
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(self, _server: SMTP, _talk: Talk, envelope: Envelope) -> str:  # noqa: N802
        delivery_id = bounced_delivery(self.secret(), self.bounces_to, envelope.rcpt_tos[0])
        content = envelope.original_content or b""
        try:
            await self.on_report(delivery_id, read_report(content))
        except TooEarly:
            return "451 4.3.0 come again later"
        return "250 2.0.0 recorded"


async def take_bounces(listening: Listening, secret: Callable[[], bytes], on_report: OnReport) -> asyncio.Server:
    """A server for bounces, that runs until it is closed. Raises ``OSError`` where its port is taken."""
    taker = _Taker(secret, listening.bounces_to, on_report)
    kind = LMTP if listening.protocol == "lmtp" else SMTP
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: kind(taker, hostname="juqu", ident="juqu", data_size_limit=MOST_OCTETS, loop=loop),
        listening.host,
        listening.port,
    )
