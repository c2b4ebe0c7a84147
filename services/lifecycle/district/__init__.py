"""The aggregate ``district``: its stages, what moves it from one to the next, and every rule of its life."""

from __future__ import annotations

from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.district.decide import decide
from services.lifecycle.district.evolve import evolve
from services.lifecycle.district.state import State, Undesignated
from shared.contracts.core import Decider

decider: Decider[State, DistrictCommand] = Decider(
    category="lifecycle", aggregate="district", initial=Undesignated(), evolve=evolve, decide=decide
)
"""The aggregate as the services and the tests use it; streams are ``lifecycle/district/<case_id>``."""

__all__ = ["decider"]
