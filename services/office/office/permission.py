"""Who may arrange what: the people of the office, among them its heads.

It is asked before anything else: nobody learns of what is not theirs to do.
"""

from __future__ import annotations

from typing import assert_never

from services.office import rules
from services.office.office import commands
from services.office.office.commands import OfficeCommand
from services.office.office.state import OfficeState
from shared.contracts.core import Actor, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.delegating import HEADS


def not_theirs(state: OfficeState, command: OfficeCommand) -> Refusal | None:
    """A refusal for whoever may not do this in this office."""
    actor = command.context.actor
    own = unless(actor.office == command.office, rules.OWN_OFFICE, command.office)
    match command:
        case commands.GrantDelegation():
            return first(own, unless(_is_head(actor), rules.HEADS_ONLY))
        case commands.EndDelegation():
            return first(own, unless(_is_head(actor) or _is_delegate(state, command), rules.HEADS_OR_DELEGATE))
        case _:
            assert_never(command)


def _is_head(actor: Actor) -> bool:
    return actor.has(*HEADS)


def _is_delegate(state: OfficeState, command: commands.EndDelegation) -> bool:
    """Whether it is the one who was let act. Of a delegation that is over nobody is told more than of none."""
    granted = state.delegation(command.delegation_id)
    return granted is not None and granted.delegate.subject == command.context.actor.subject


__all__ = ["not_theirs"]
