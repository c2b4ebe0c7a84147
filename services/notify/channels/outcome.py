"""What a provider's answer means, and what every channel does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from shared.contracts.notify import DeliveryRequested


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider took it, under these ids of its own."""

    references: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly did not leave; it may be tried again."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not take it, now or later."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have left."""

    reason: str


Result: TypeAlias = Taken | NotSent | Refused | Unclear


class ProviderDown(Exception):
    """There is no connection to the provider, or it does not let us in; nothing was given to it."""


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
