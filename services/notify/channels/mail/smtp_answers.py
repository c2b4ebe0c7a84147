"""What the answers of a mail server mean (RFC 5321, 4.2.1)."""

from __future__ import annotations

import re

import aiosmtplib

from services.notify.aggregates.delivery.mail_status import enhanced
from services.notify.channels.mail.causes import WILL_PASS, Cause, cause_of
from services.notify.channels.outcome import Misconfigured, NotSent, ProviderDown, TurnedDown

_QUOTED = re.compile(r"\bsaid: |in reply to|response to|call(back|out)", re.IGNORECASE)
"""Words of another server, which our relay has asked about the recipient: they say nothing of the relay."""


def refusal(code: int, message: str) -> NotSent | TurnedDown:
    """What an answer to RCPT, DATA or the final dot means. 4yz: not now; 5yz (RFC 5321 4.2.1): by its cause."""
    status = _code(code, message)
    cause = cause_of(f"{code} {message}") if 500 <= code < 600 else Cause.NOT_NOW
    if cause is Cause.OURS:
        return NotSent(status, message, misconfigured=not _QUOTED.search(message))
    return (NotSent if cause in WILL_PASS else TurnedDown)(status, message)


def sender_refused(code: int, message: str) -> NotSent:
    """A refusal of MAIL is about us, whatever its code: no recipient has been named yet."""
    now = code < 500 or cause_of(f"{code} {message}") is Cause.NOT_NOW
    return NotSent(_code(code, message), f"our sender was refused: {message}", misconfigured=not now)


def kept_out(error: BaseException) -> ProviderDown:
    """Why there is no connection; a greeting or a refused EHLO that is about us is our settings."""
    if isinstance(error, ProviderDown):
        return error
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    if isinstance(error, aiosmtplib.SMTPResponseException) and cause_of(f"{error.code} {error.message}") is Cause.OURS:
        return Misconfigured(f"we are not let in: {error.code} {error.message}")
    return ProviderDown(text)


def _code(code: int, message: str) -> str:
    """``550 5.1.1``, or ``550`` where the server gives no enhanced code."""
    return f"{code} {enhanced(message)}".rstrip()


__all__ = ["kept_out", "refusal", "sender_refused"]
