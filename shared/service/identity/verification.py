"""What verifies tokens: public keys, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class IssuerAway(Exception):
    """The issuer gives no readable answer, and we have no earlier keys of it."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key: its id (empty where it has none), the algorithms that it may verify, and itself."""

    key_id: str
    algorithms: frozenset[str]
    key: Any


class KeySource(Protocol):
    """Where verification keys come from. ``generation`` grows whenever they have changed."""

    issuer: str
    generation: int

    async def keys(self) -> Sequence[VerificationKey]:
        """The keys; raises ``IssuerAway``."""
        ...

    async def newer(self, than: int) -> bool:
        """Whether there are keys of a later generation, having asked for them where that is due; raises
        ``IssuerAway``."""
        ...


__all__ = ["IssuerAway", "KeySource", "VerificationKey"]
