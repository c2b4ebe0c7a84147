"""What a delivery can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, assert_never

from shared.contracts.notify import AttemptStarted, DeliveryRequested


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was requested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """``late`` holds the answers (attempt, outcome) that came too late to count, each once."""

    late: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Ready(_Answered):
    """May be sent. ``attempts`` counts those made before; ``retry_at`` is when the next is allowed (``None``: now)."""

    notice: DeliveryRequested
    attempts: int = 0
    first_at: datetime | None = None
    retry_at: datetime | None = None
    possible_duplicate: bool = False

    @property
    def expires_at(self) -> datetime | None:
        """When it stops being worth sending. What an operator has ordered again never does."""
        return None if self.possible_duplicate else self.notice.expires_at


@dataclass(frozen=True, slots=True)
class Deferred(_Answered):
    """Waits for the morning, then is ``ready`` again."""

    ready: Ready
    until: datetime

    @property
    def notice(self) -> DeliveryRequested:
        """The frozen message."""
        return self.ready.notice


@dataclass(frozen=True, slots=True)
class Attempting(_Answered):
    """An attempt is under way. If its worker has died, the lease will show it."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Unknown(_Answered):
    """Perhaps sent. Stays so until the provider says otherwise, or an operator resends it."""

    notice: DeliveryRequested
    attempt: AttemptStarted
    first_at: datetime
    reason: str
    receipts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WithProvider(_Answered):
    """The provider has it. ``receipts`` are by its references; ``settled`` is what they say (``final``: for good).

    ``missing`` means that no receipt came in time.
    """

    notice: DeliveryRequested
    attempt: AttemptStarted
    references: tuple[str, ...]
    receipts: tuple[tuple[str, str], ...] = ()
    settled: Literal["", "delivered", "undelivered"] = ""
    final: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class GivenUp(_Answered):
    """Will not be sent (again) unless an operator orders it. ``attempt`` is the last one begun."""

    notice: DeliveryRequested
    state: Literal["suppressed", "superseded", "expired", "rejected"]
    reason: str
    attempt: int = 0


Known: TypeAlias = Ready | Deferred | Attempting | Unknown | WithProvider | GivenUp
Delivery: TypeAlias = Blank | Known
RESENDABLE = frozenset({"unknown", "undelivered", "no-receipt", "rejected", "expired"})
"""The stages in which it has not arrived, or may not have."""


def stage(state: Delivery) -> str:
    """The state's name, as it is shown."""
    match state:
        case Blank():
            return "blank"
        case Ready(retry_at=None):
            return "ready"
        case Ready():
            return "not-sent"
        case Deferred():
            return "deferred"
        case Attempting():
            return "attempting"
        case Unknown():
            return "unknown"
        case WithProvider():
            return state.settled or ("no-receipt" if state.missing else "accepted")
        case GivenUp():
            return state.state
    assert_never(state)


def attempts(state: Known) -> int:
    """How many attempts have begun."""
    match state:
        case Ready():
            return state.attempts
        case Deferred():
            return state.ready.attempts
        case GivenUp():
            return state.attempt
        case Attempting() | Unknown() | WithProvider():
            return state.attempt.attempt


__all__ = [
    "RESENDABLE",
    "Attempting",
    "Blank",
    "Deferred",
    "Delivery",
    "GivenUp",
    "Known",
    "Ready",
    "Unknown",
    "WithProvider",
    "attempts",
    "stage",
]
