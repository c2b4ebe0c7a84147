"""A real mail server for the demonstration and the tests: keeps every mail as a file, and can misbehave on purpose.

``python -m deploy.local.mail_peer --port 2525 --maildir DIR``. Each mail becomes ``DIR/<number>.eml`` and a line of
``DIR/index.jsonl``. Addresses choose the trouble, so that one server shows every outcome:

    4xx@...           RCPT is answered 451 the first time, and taken afterwards
    always4xx@...     RCPT is answered 451
    5xx@...           RCPT is answered 550
    data4xx@...       the message is answered 452
    data5xx@...       the message is answered 554
    421@...           RCPT is answered 421, and the connection closed
    full@...          RCPT is answered 552 5.2.2, a full mailbox
    drop@...          the mail is kept, and the connection dropped after the final dot
    hang@...          the mail is kept, and the final dot never answered
    bounced@...       the mail is kept, and reported as undeliverable (with ``--reports HOST:PORT``, over LMTP)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.local.mail_report import bring, report
from deploy.local.supervisor import until_signalled


@dataclass
class MailKeeper:
    """aiosmtpd's handler: keeps mails in a folder."""

    maildir: Path
    reports: tuple[str, int] | None = None
    number: int = 0
    _seen: set[str] = field(default_factory=set)
    _bringing: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.maildir.mkdir(parents=True, exist_ok=True)
        self.number = len(list(self.maildir.glob("*.eml")))

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or not, by the address."""
        trouble = _trouble(address)
        if trouble == "5xx":
            return "550 5.1.1 no such mailbox"
        if trouble == "full":
            return "552 5.2.2 mailbox full"
        if trouble == "421":
            hang_up_after(server)
            return "421 4.3.2 closing"
        if trouble == "always4xx" or (trouble == "4xx" and address not in self._seen):
            self._seen.add(address)
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail and answer the final dot, or not, by the first recipient's address."""
        trouble = _trouble(envelope.rcpt_tos[0])
        if trouble == "data4xx":
            return "452 4.3.1 no room"
        if trouble == "data5xx":
            return "554 5.6.0 not taken"
        number = self._keep(envelope)
        if trouble == "drop":
            transport = server.transport
            if transport is not None:
                transport.close()
        elif trouble == "hang":
            await asyncio.Event().wait()
        elif trouble == "bounced" and self.reports is not None:
            self._send_back(self.reports, envelope)
        return f"250 2.0.0 taken as {number}"

    def _send_back(self, to: tuple[str, int], envelope: Envelope) -> None:
        sender = envelope.mail_from or ""
        content = report(sender, envelope.rcpt_tos[0], envelope.original_content or b"")
        task = asyncio.create_task(asyncio.to_thread(bring, to, sender, content))
        self._bringing.add(task)
        task.add_done_callback(self._bringing.discard)

    def _keep(self, envelope: Envelope) -> int:
        self.number += 1
        content = envelope.original_content or b""
        (self.maildir / f"{self.number:06}.eml").write_bytes(content)
        message = message_from_bytes(content, policy=default)
        line = {
            "number": self.number,
            "at": datetime.now(UTC).isoformat(),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": str(message["Subject"]),
            "message_id": str(message["Message-ID"]),
            "case": str(message["Juqu-Case"]),
            "rule": str(message["Juqu-Rule"]),
        }
        with (self.maildir / "index.jsonl").open("a", encoding="utf-8") as index:
            index.write(json.dumps(line, ensure_ascii=False) + "\n")
        return self.number


def hang_up_after(server: SMTP) -> None:
    """Close the connection once what is being said has been said."""
    transport = server.transport
    if transport is not None:
        asyncio.get_running_loop().call_later(0.05, transport.close)


def _trouble(address: str) -> str:
    return address.partition("@")[0].partition("+")[0].lower()


@dataclass(frozen=True, slots=True)
class Guard:
    """Whom a mail server lets in: ``context`` has its certificate, ``implicit`` is TLS from the first byte, else
    STARTTLS; ``password`` is of the user ``juqu``, empty for anybody."""

    context: ssl.SSLContext
    implicit: bool = False
    password: str = ""

    def check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        """aiosmtpd's authenticator."""
        known = isinstance(login, LoginPassword) and login == LoginPassword(b"juqu", self.password.encode())
        return AuthResult(success=known, handled=False)


async def serve_mail(
    port: int,
    maildir: Path,
    host: str = "127.0.0.1",
    guard: Guard | None = None,
    reports: tuple[str, int] | None = None,
) -> asyncio.Server:
    """A mail server that runs until it is closed; without a guard it takes mails from anybody, in the clear."""
    keeper = MailKeeper(maildir, reports)
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {}
    if guard is not None:
        options = {
            "tls_context": None if guard.implicit else guard.context,
            "require_starttls": not guard.implicit,
            "authenticator": guard.check if guard.password else None,
            "auth_required": bool(guard.password),
            "auth_require_tls": not guard.implicit,
        }
    return await loop.create_server(
        lambda: SMTP(keeper, hostname="mail-peer", loop=loop, enable_SMTPUTF8=True, **options),
        host,
        port,
        ssl=guard.context if guard is not None and guard.implicit else None,
    )


async def _run(port: int, maildir: Path, reports: str) -> None:
    host, _, place = reports.rpartition(":")
    server = await serve_mail(port, maildir, reports=(host, int(place)) if reports else None)
    async with server:
        await until_signalled()


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="A mail server that keeps every mail as a file.")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--maildir", type=Path, required=True)
    parser.add_argument("--reports", metavar="HOST:PORT", default="", help="Where undeliverable mails are reported.")
    options = parser.parse_args()
    asyncio.run(_run(options.port, options.maildir, options.reports))


if __name__ == "__main__":
    main()
