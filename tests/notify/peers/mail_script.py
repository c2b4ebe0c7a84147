"""A real mail server that says what a test tells it to: the next answer of a step, then what it would say anyway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mail_peer import MailKeeper, hang_up_after

HELD = "held"
"""What is said for an answer that does not come before the test lets it go."""


@dataclass(slots=True)
class ScriptedMail(MailKeeper):
    """``mail``, ``rcpt`` and ``dot`` are the answers to come, the first first; what is taken is kept as a file."""

    mail: list[str] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    dot: list[str] = field(default_factory=list)
    port: int = 0
    reached: list[str] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where notify finds it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """The sender."""
        self.reached.append("mail")
        told = await self._told(server, self.mail)
        if not told:
            envelope.mail_from = address
        return told or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The recipient."""
        self.reached.append("rcpt")
        told = await self._told(server, self.rcpt)
        return told or await MailKeeper.handle_RCPT(self, server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The final dot; what is held was taken before."""
        self.reached.append("dot")
        if self.dot and self.dot[0] == HELD:
            self.dot.pop(0)
            said = await MailKeeper.handle_DATA(self, server, session, envelope)
            await self.let_go.wait()
            return said
        told = await self._told(server, self.dot)
        return told or await MailKeeper.handle_DATA(self, server, session, envelope)

    async def _told(self, server: SMTP, answers: list[str]) -> str:
        if not answers:
            return ""
        said = answers.pop(0)
        if said == HELD:
            await self.let_go.wait()
            return ""
        if said.startswith("421"):
            hang_up_after(server)
        return said


@asynccontextmanager
async def scripted_mail(maildir: Path) -> AsyncIterator[ScriptedMail]:
    """The server, on a port of its own."""
    keeper = ScriptedMail(maildir)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper, hostname="scripted", loop=loop), "127.0.0.1", 0)
    keeper.port = server.sockets[0].getsockname()[1]
    try:
        yield keeper
    finally:
        keeper.let_go.set()
        server.close()
