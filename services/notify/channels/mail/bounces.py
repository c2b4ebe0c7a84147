"""Mail servers' reports of our mails, taken from the site's mail server over LMTP or SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk

from services.notify.channels.mail.bounce_report import Report, read_report
from services.notify.channels.mail.settings import Listening
from services.notify.codes import bounced_delivery

MOST_OCTETS = 1_048_576
MOST_READ = 262_144
"""How many octets of a mail are searched for its report, off the event loop: a hostile mail takes seconds."""


class TooEarly(Exception):
    """It cannot be recorded now; the server that brings it is asked to come again."""


OnReport = Callable[[str, Report], Awaitable[None]]
"""Records a report of a delivery. Raises ``TooEarly``."""


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
            report = await asyncio.to_thread(read_report, content[:MOST_READ])
            await self.on_report(delivery_id, report)
        except TooEarly:
            return "451 4.3.0 come again later"
        return "250 2.0.0 recorded"


async def take_bounces(listening: Listening, secret: Callable[[], bytes], on_report: OnReport) -> asyncio.Server:
    """A server for bounces, which runs until it is closed. Raises ``OSError`` where its port is taken."""
    taker = _Taker(secret, listening.bounces_to, on_report)
    kind = LMTP if listening.protocol == "lmtp" else SMTP
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: kind(taker, hostname="juqu", ident="juqu", data_size_limit=MOST_OCTETS, loop=loop),
        listening.host,
        listening.port,
    )


__all__ = ["Report", "TooEarly", "read_report", "take_bounces"]
