"""How events change what is known of an office."""

from __future__ import annotations

from services.office.office.state import OfficeState
from shared.contracts import office as events
from shared.contracts.core import Event


def evolve(state: OfficeState, event: Event) -> OfficeState:
    """The state after an event; an event that it does not know leaves it as it is."""
    match event:
        case events.DelegationGranted():
            return OfficeState((*state.delegations, event), state.ended)
        case events.DelegationEnded(delegation_id=ident):
            standing = tuple(each for each in state.delegations if each.delegation_id != ident)
            return OfficeState(standing, state.ended | {ident})
        case _:
            return state
