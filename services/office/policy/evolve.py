"""How events change what is known of the policy."""

from __future__ import annotations

from dataclasses import replace

from services.office.policy.state import PolicyState
from shared.contracts.core import Event
from shared.contracts.office import PolicyAdopted


def evolve(state: PolicyState, event: Event) -> PolicyState:
    """The state after an event; an event that it does not know leaves it as it is."""
    return replace(state, adopted=(*state.adopted, event)) if isinstance(event, PolicyAdopted) else state
