"""What can be asked of a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from shared.contracts.core import Command
from shared.contracts.notify import DeliveryRequested


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestDelivery(Command):
    """Freeze a message; ``suppressed`` says why it cannot be sent (empty if it can)."""

    notice: DeliveryRequested
    suppressed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StartAttempt(Command):
    """Take the delivery for sending. ``at`` and ``lease_until`` are the machine's time, aware."""

    delivery_id: str
    provider: str
    worker: str
    segments: int
    at: datetime
    lease_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordAccepted(Command):
    """The provider took it."""

    delivery_id: str
    attempt: int
    references: tuple[str, ...]
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordNotSent(Command):
    """It certainly did not leave. It is tried again at ``retry_at``, or given up if that is ``None``."""

    delivery_id: str
    attempt: int
    code: str
    reason: str
    retry_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRejected(Command):
    """The provider refused it for good."""

    delivery_id: str
    attempt: int
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordUnknown(Command):
    """Nobody knows whether it left."""

    delivery_id: str
    attempt: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordReceipt(Command):
    """A delivery receipt for one of the provider's references, or for our id of the attempt."""

    delivery_id: str
    provider: str
    reference: str
    status: Literal["delivered", "failed", "temporary"]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordBounce(Command):
    """A mail server's report (RFC 3464), with its ``action`` and enhanced ``status`` in lower case. ``unread`` means
    that only a person can make sense of it."""

    delivery_id: str
    action: Literal["delivered", "relayed", "expanded", "delayed", "failed", "unread"]
    status: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MissReceipt(Command):
    """The receipt of an attempt did not come in time."""

    delivery_id: str
    attempt: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconcile(Command):
    """The provider was asked for an attempt of which nobody knew, and says ``outcome``; looked up, never given.

    ``references`` where it took it; ``code`` where it did not; ``retry_at`` is when what was not sent is tried again.
    """

    delivery_id: str
    attempt: int = 0
    outcome: Literal["taken", "not-sent", "refused", "unclear"] = "unclear"
    code: str = ""
    answer: str = ""
    references: tuple[str, ...] = ()
    retry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Defer(Command):
    """Do not send before ``until`` (the service's clock, aware)."""

    delivery_id: str
    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Release(Command):
    """Let a deferred message go now."""

    delivery_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Supersede(Command):
    """It is no longer true: do not send it, unless it has already left."""

    delivery_id: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Expire(Command):
    """Its time has run out: do not send it, unless it has already left."""

    delivery_id: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Resend(Command):
    """Send again what did not arrive, or of which nobody knows; the recipient may get it twice."""

    delivery_id: str
    reason: str


DeliveryCommand: TypeAlias = (
    RequestDelivery
    | StartAttempt
    | RecordAccepted
    | RecordNotSent
    | RecordRejected
    | RecordUnknown
    | RecordReceipt
    | RecordBounce
    | MissReceipt
    | Reconcile
    | Defer
    | Release
    | Supersede
    | Expire
    | Resend
)
