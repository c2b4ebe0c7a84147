"""Mail over SMTP (RFC 5321): one recipient a message, and ten minutes for the answer to the final dot."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.notify.channels.mail import UnsafeHeader, mail_bytes
from services.notify.channels.outcome import NotSent, ProviderDown, Refused, Result, Session, Taken, Unclear
from shared.contracts.notify import DeliveryRequested

FINAL_DOT = 600.0
"""Seconds for the answer to the final dot (RFC 5321 4.5.3.2.6). Less is how duplicates are made."""
COMMAND = 60.0
IDLE_MOST = 4
"""Connections kept open for the next message."""


@dataclass(slots=True)
class SmtpTransport:
    """A mail server. ``url`` is ``smtp://[user:password@]host:port``, or ``smtps://`` for TLS from the first byte."""

    url: str
    by: Address
    final_dot: float = FINAL_DOT
    command: float = COMMAND
    name: str = "smtp"
    _idle: list[aiosmtplib.SMTP] = field(default_factory=list)

    @property
    def lease_seconds(self) -> float:
        return self.final_dot + 4 * self.command

    def segments(self, _notice: DeliveryRequested) -> int:
        return 1

    async def open(self) -> Session:
        """A greeted connection. Raises ``ProviderDown`` where none can be had or the server does not let us in."""
        while self._idle:
            client = self._idle.pop()
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.rset(timeout=self.command)
                return _Mailing(self, client)
            client.close()
        client = self._client()
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            client.close()
            raise ProviderDown(f"{type(error).__name__}: {error}") from None
        return _Mailing(self, client)

    def _client(self) -> aiosmtplib.SMTP:
        parts = urlsplit(self.url)
        tls = parts.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=parts.hostname or "localhost",
            port=parts.port or (465 if tls else 25),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=tls,
            timeout=self.command,
        )

    def keep(self, client: aiosmtplib.SMTP) -> None:
        """Take a connection back for the next message."""
        if client.is_connected and len(self._idle) < IDLE_MOST:
            self._idle.append(client)
        else:
            client.close()

    async def close(self) -> None:
        while self._idle:
            client = self._idle.pop()
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=2)
            client.close()


@dataclass(slots=True)
class _Mailing:
    transport: SmtpTransport
    client: aiosmtplib.SMTP

    async def send(self, notice: DeliveryRequested, out_id: str) -> Result:
        """MAIL, RCPT, DATA. Before DATA nothing can have left; after it only the server's own word tells."""
        del out_id
        result: Result = Unclear("the sender was stopped")
        try:
            content = mail_bytes(notice, self.transport.by)
            result = await self._envelope(notice) or await self._content(content)
        except UnsafeHeader as error:
            result = Refused("unsafe-header", str(error))
        finally:
            if isinstance(result, Unclear):
                self.client.close()
            else:
                self.transport.keep(self.client)
        return result

    async def release(self) -> None:
        self.transport.keep(self.client)

    async def _envelope(self, notice: DeliveryRequested) -> NotSent | Refused | None:
        try:
            await self.client.mail(self.transport.by.addr_spec)
            await self.client.rcpt(notice.address)
        except aiosmtplib.SMTPSenderRefused as error:
            return NotSent(str(error.code), f"our sender was refused: {error.message}")
        except aiosmtplib.SMTPResponseException as error:
            return _answered(error)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self.client.close()
            return NotSent("connection", f"{type(error).__name__}: {error}")
        except ValueError as error:
            return Refused("address", str(error))
        return None

    async def _content(self, content: bytes) -> Result:
        try:
            answer = await self.client.data(content, timeout=self.transport.final_dot)
        except aiosmtplib.SMTPResponseException as error:
            return _answered(error)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Unclear(f"no answer to the message: {type(error).__name__}: {error}")
        return Taken((), f"{answer.code} {answer.message}")


def _answered(error: aiosmtplib.SMTPResponseException) -> NotSent | Refused:
    """4yz: not now; 5yz: not at all (RFC 5321 4.2.1)."""
    kind = NotSent if 400 <= error.code < 500 else Refused
    return kind(str(error.code), str(error.message))


__all__ = ["FINAL_DOT", "SmtpTransport"]
