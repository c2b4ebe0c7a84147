"""What a command makes happen in an office: each command once."""

from __future__ import annotations

from typing import assert_never

from services.office.office import commands, delegating
from services.office.office.commands import OfficeCommand
from services.office.office.permission import not_theirs
from services.office.office.state import OfficeState
from shared.contracts.core import Outcome


def decide(state: OfficeState, command: OfficeCommand) -> Outcome:
    """The events that a command makes happen in an office, or the rule that refuses it."""
    if refusal := not_theirs(state, command):
        return refusal
    match command:
        case commands.GrantDelegation():
            return delegating.grant(state, command)
        case commands.EndDelegation():
            return delegating.end(state, command)
        case _:
            assert_never(command)


__all__ = ["decide"]
