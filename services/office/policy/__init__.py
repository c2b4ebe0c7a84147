"""The aggregate ``policy``: the versions of the policy that were adopted, after those that the build ships."""

from __future__ import annotations

from services.office.policy.commands import PolicyCommand
from services.office.policy.decide import decide
from services.office.policy.evolve import evolve
from services.office.policy.state import PolicyState
from shared.contracts.core import Decider

POLICIES: Decider[PolicyState, PolicyCommand] = Decider("office", "policy", PolicyState(), evolve, decide)
"""There is one stream: ``shared.contracts.office.POLICY``."""

__all__ = ["POLICIES"]
