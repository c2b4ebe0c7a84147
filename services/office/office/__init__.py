"""The aggregate ``office``: what the people of one office have arranged among themselves."""

from __future__ import annotations

from services.office.office.commands import OfficeCommand
from services.office.office.decide import decide
from services.office.office.evolve import evolve
from services.office.office.state import OfficeState
from shared.contracts.core import Decider

decider: Decider[OfficeState, OfficeCommand] = Decider(
    category="office", aggregate="office", initial=OfficeState(), evolve=evolve, decide=decide
)
"""Streams are ``office/office/<office>``, the office as tokens name it: ``office/office/county:220113``."""

__all__ = ["decider"]
