"""What is known of the policy."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.office import PolicyAdopted


@dataclass(frozen=True, slots=True)
class PolicyState:
    """The versions that were adopted, in their order."""

    adopted: tuple[PolicyAdopted, ...] = ()
