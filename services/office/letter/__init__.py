"""The aggregate ``letter``: what somebody of the public wrote to the department, and its answer."""

from __future__ import annotations

from services.office.letter.commands import LetterCommand
from services.office.letter.decide import decide
from services.office.letter.evolve import evolve
from services.office.letter.state import LetterState
from shared.contracts.core import Decider

LETTER: Decider[LetterState, LetterCommand] = Decider("office", "letter", None, evolve, decide)
"""Streams are ``office/letter/<letter_id>``."""

__all__ = ["LETTER"]
