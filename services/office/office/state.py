"""What is known of an office."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.office import DelegationGranted


@dataclass(frozen=True, slots=True)
class OfficeState:
    """The delegations that nobody has ended, those whose days are over among them; and the ids of those ended."""

    delegations: tuple[DelegationGranted, ...] = ()
    ended: frozenset[str] = frozenset()

    def delegation(self, ident: str) -> DelegationGranted | None:
        """The delegation of an id, unless it was ended."""
        return next((each for each in self.delegations if each.delegation_id == ident), None)
