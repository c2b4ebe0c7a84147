"""What a provider's answer means, and what every channel does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

from shared.contracts.notify import DeliveryRequested

GONE = "410"
"""The code by which another system says that it wants no more: its subscription ends."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The provider took it, under these ids of its own."""

    references: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly did not leave; it may be tried again, here or elsewhere.

    ``misconfigured``: the answer is about our account, not the message (an unapproved signature, a service that is not
    paid for). The provider is paused until somebody mends that, and the attempt is not counted. ``wait``: it asked to
    be left alone for so many seconds.
    """

    code: str
    reason: str
    misconfigured: bool = False
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """The provider will not take it, now or later."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have left."""

    reason: str


Result: TypeAlias = Submitted | NotSent | TurnedDown | Unclear

_OURS_ALONE = frozenset({"connection", "template", "name", "late-start"})
"""Codes of our own, for what ended before the provider heard of a message."""


def unheard(result: Result) -> bool:
    """Whether the provider has heard nothing of the message."""
    return isinstance(result, NotSent) and result.code in _OURS_ALONE


class ProviderDown(Exception):
    """There is no connection to the provider, or it does not let us in; nothing was given to it."""


class Misconfigured(ProviderDown):
    """The provider does not let us in because of our settings (a refused bind, AUTH or host key). Trying again does not
    help, so it is paused until somebody mends that."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider said later of one of its ids.

    ``state`` is one of SMPP 3.4's words (5.2.28: DELIVRD, UNDELIV, EXPIRED, REJECTD, DELETED, UNKNOWN, ACCEPTD,
    ENROUTE), whatever the provider calls it; ``text`` is all that it said, without the address.
    """

    reference: str
    state: str
    text: str
    provider: str = "smpp"


class Session(Protocol):
    """A way to the provider that is open, for one message."""

    async def send(self, notice: DeliveryRequested, out_id: str) -> Result:
        """Give it a message; never raises but when cancelled."""
        ...

    async def release(self) -> None:
        """Give the session back unused."""
        ...


class Transport(Protocol):
    """A channel's provider."""

    @property
    def name(self) -> str:
        """Its name, as attempts record it."""
        ...

    @property
    def lease_seconds(self) -> float:
        """The longest that an attempt takes."""
        ...

    def segments(self, notice: DeliveryRequested) -> int:
        """How many messages it is for the provider."""
        ...

    async def open(self) -> Session:
        """A session, before an attempt is begun. Raises ``ProviderDown``."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


@runtime_checkable
class ReceiptSource(Protocol):
    """A transport whose provider sends receipts over the session by which messages go out."""

    async def listen(self) -> object:
        """Make sure that there is a session. Raises ``ProviderDown``, also ``Misconfigured``."""
        ...


@runtime_checkable
class Reconciling(Protocol):
    """A transport whose provider can be asked what became of an attempt."""

    async def query(self, out_id: str, references: tuple[str, ...], address: str, sent_on: datetime) -> Result | None:
        """What the provider knows of an attempt begun at ``sent_on``, by our id, and by its own ids where we have them.

        ``None`` where it cannot say: it has no record *yet*, or keeps none. ``NotSent`` only where it says for certain
        that it never took it. Never raises but when cancelled.
        """
        ...
