"""Who may do what with a letter: anybody writes, the province answers."""

from __future__ import annotations

from typing import assert_never

from services.office import rules
from services.office.letter import commands
from services.office.letter.commands import LetterCommand
from shared.contracts.core import Refusal, Role
from shared.contracts.refusing import unless

OFFICERS = (Role.PROVINCE, Role.PROVINCE_LEAD)


def not_theirs(command: LetterCommand) -> Refusal | None:
    """A refusal for whoever may not do this."""
    match command:
        case commands.SendLetter():
            return None
        case commands.AnswerLetter():
            return unless(command.context.actor.has(*OFFICERS), rules.PROVINCE_ANSWERS)
        case _:
            assert_never(command)


__all__ = ["OFFICERS", "not_theirs"]
