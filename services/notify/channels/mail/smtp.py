"""Mail over SMTP (RFC 5321): one recipient a message, and ten minutes for the answer to the final dot."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.notify.channels.entrance import Entrance
from services.notify.channels.mail.message import UnsafeHeader
from services.notify.channels.mail.settings import MailTerms
from services.notify.channels.mail.smtp_answers import kept_out, refusal, sender_refused
from services.notify.channels.outcome import (
    Misconfigured,
    NotSent,
    ProviderDown,
    Result,
    Session,
    Submitted,
    TurnedDown,
    Unclear,
)
from shared.contracts.notify import DeliveryRequested
from shared.programme.values.email_address import sent_to

FINAL_DOT = 600.0
"""Seconds for the answer to the final dot (RFC 5321 4.5.3.2.6). Less is how duplicates are made."""
COMMAND = 60.0
ENTRY = 15.0
"""Seconds until we are in: the greeting, TLS, our name and password. Our own relay lets us in at once, or is not
well."""
AT_ONCE = 24
"""Connections kept open for the next message."""
FRESH = 10.0
"""Seconds for which a connection that took a message is used again without asking whether it is still there."""
_GO_ON = 354
_CLOSING = 421
_DOTS = re.compile(rb"(?m)^\.")
_FAILURES = (aiosmtplib.SMTPException, OSError, TimeoutError)


@dataclass(slots=True)
class SmtpTransport:
    """A mail server. ``url`` is ``smtp://[user:password@]host:port``, or ``smtps://`` for TLS from the first byte."""

    url: str
    terms: MailTerms
    final_dot: float = FINAL_DOT
    command: float = COMMAND
    entry: float = ENTRY
    name: str = "smtp"
    at_once: int = AT_ONCE
    _entrance: Entrance = field(default_factory=Entrance)
    _idle: list[tuple[aiosmtplib.SMTP, float]] = field(default_factory=list)

    @property
    def lease_seconds(self) -> float:
        return self.final_dot + 4 * self.command

    def segments(self, _notice: DeliveryRequested) -> int:
        return 1

    async def open(self) -> Session:
        """A greeted connection, under TLS where that is required and with our name where the URL has one.

        Raises ``ProviderDown`` where none can be had, also for a certificate that is not the server's. Raises
        ``Misconfigured`` where the server does not take our name and password.
        """
        while self._idle:
            client, fresh_until = self._idle.pop()
            if client.is_connected and time.monotonic() < fresh_until:
                return _Mailing(self, client, kept=True)
            try:
                await client.rset(timeout=self.entry)
                return _Mailing(self, client)
            except TimeoutError:
                self.fell_silent()
            except _FAILURES:
                pass
            client.close()
        return _Mailing(self, await self.entered())

    async def entered(self) -> aiosmtplib.SMTP:
        """A new connection; raises as ``open`` does."""
        return await self._entrance.enter(self._entered)

    async def _entered(self) -> aiosmtplib.SMTP:
        client = self._client()
        try:
            async with asyncio.timeout(self.entry):
                await self._enter(client)
        except (*_FAILURES, ValueError, ProviderDown) as error:
            client.close()
            raise kept_out(error) from None
        return client

    def _client(self) -> aiosmtplib.SMTP:
        parts = urlsplit(self.url)
        tls = parts.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=parts.hostname or "localhost",
            port=parts.port or (465 if tls else 25),
            use_tls=tls,
            start_tls=False,
            tls_context=self.terms.tls_context(),
            timeout=self.command,
        )

    async def _enter(self, client: aiosmtplib.SMTP) -> None:
        parts = urlsplit(self.url)
        await client.connect()
        await client.ehlo()
        required = self.terms.tls_required(client.hostname or "", password=bool(parts.username))
        if not client.use_tls and (required or client.supports_extension("starttls")):
            await client.starttls()
            await client.ehlo()
        if not parts.username:
            return
        if not client.supports_extension("auth"):
            raise Misconfigured("the server asks for no name and password, and we have one for it")
        try:
            await client.login(unquote(parts.username), unquote(parts.password or ""))
        except aiosmtplib.SMTPAuthenticationError as error:
            if error.code < 500:
                raise
            raise Misconfigured(f"our name and password are refused: {error.code} {error.message}") from None

    def keep(self, client: aiosmtplib.SMTP, *, clean: bool) -> None:
        """Take a connection back for the next message; a ``clean`` one has just taken one, and waits for the next."""
        if client.is_connected and len(self._idle) < self.at_once:
            self._idle.append((client, time.monotonic() + FRESH if clean else 0.0))
        else:
            client.close()

    def fell_silent(self) -> None:
        """Something was not answered: until one connection is let in again, nobody waits for another."""
        self._entrance.broken()
        while self._idle:
            self._idle.pop()[0].close()

    async def close(self) -> None:
        while self._idle:
            client, _ = self._idle.pop()
            with suppress(*_FAILURES):
                await client.quit(timeout=2)
            client.close()


@dataclass(slots=True)
class _Mailing:
    transport: SmtpTransport
    client: aiosmtplib.SMTP
    kept: bool = False

    async def send(self, notice: DeliveryRequested, out_id: str) -> Result:
        """MAIL, RCPT, DATA. Before the content nothing can have left; after it only the server's own word tells."""
        del out_id
        result: Result = Unclear("the sender was stopped")
        try:
            content = self.transport.terms.content(notice)
            result = await self._envelope(notice) or await self._content(content)
        except UnsafeHeader as error:
            result = TurnedDown("unsafe-header", str(error))
        finally:
            if isinstance(result, Unclear):
                self.client.close()
            else:
                self.transport.keep(self.client, clean=isinstance(result, Submitted))
        return result

    async def release(self) -> None:
        self.transport.keep(self.client, clean=False)

    async def _envelope(self, notice: DeliveryRequested) -> NotSent | TurnedDown | None:
        """The sender, the recipient and the word that the content comes now."""
        try:
            await self._from(notice)
            reports = self._asks_for_reports()
            await self.client.rcpt(sent_to(notice.address), options=["NOTIFY=SUCCESS,DELAY,FAILURE"] if reports else ())
            answer = await self.client.execute_command(b"DATA")
        except aiosmtplib.SMTPSenderRefused as error:
            return sender_refused(error.code, error.message)
        except aiosmtplib.SMTPResponseException as error:
            return self._answered(error.code, error.message)
        except (*_FAILURES, ProviderDown) as error:
            self.client.close()
            if isinstance(error, TimeoutError):
                self.transport.fell_silent()
            return NotSent("connection", f"{type(error).__name__}: {error}", isinstance(error, Misconfigured))
        except ValueError as error:
            return TurnedDown("address", str(error))
        return None if answer.code == _GO_ON else self._answered(answer.code, answer.message)

    async def _from(self, notice: DeliveryRequested) -> None:
        """Say who sends, on a new connection if the server has closed the one that was kept."""
        try:
            await self._mail(notice)
        except _FAILURES as error:
            let_go = not isinstance(error, aiosmtplib.SMTPResponseException) or error.code == _CLOSING
            if not (self.kept and let_go):
                raise
            self.client.close()
            self.client, self.kept = await self.transport.entered(), False
            await self._mail(notice)

    async def _mail(self, notice: DeliveryRequested) -> None:
        options = ["RET=HDRS", f"ENVID={notice.delivery_id}"] if self._asks_for_reports() else ()
        await self.client.mail(self.transport.terms.envelope_sender(notice), options=options)

    def _asks_for_reports(self) -> bool:
        return bool(self.transport.terms.bounces_to) and self.client.supports_extension("dsn")

    async def _content(self, content: bytes) -> Result:
        protocol = self.client.protocol
        try:
            if protocol is None:
                raise aiosmtplib.SMTPServerDisconnected("the connection was lost")
            protocol.write(_DOTS.sub(b"..", content) + b".\r\n")
        except _FAILURES as error:
            self.client.close()
            return NotSent("connection", f"{type(error).__name__}: {error}")
        try:
            answer = await protocol.read_response(timeout=self.transport.final_dot)
        except _FAILURES as error:
            return Unclear(f"no answer to the message: {type(error).__name__}: {error}")
        if 200 <= answer.code < 300:
            return Submitted((), f"{answer.code} {answer.message}")
        if 400 <= answer.code < 600:
            return self._answered(answer.code, answer.message)
        return Unclear(f"an answer that means nothing: {answer.code} {answer.message}")

    def _answered(self, code: int, message: str) -> NotSent | TurnedDown:
        if not 400 <= code < 600 or code == _CLOSING:
            self.client.close()
        return refusal(code, message)


__all__ = ["FINAL_DOT", "SmtpTransport"]
