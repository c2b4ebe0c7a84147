"""The case: one application before the province, from its receipt to its decision.

Read ``commands``, ``state``, ``evolve`` and ``decide``, which asks ``permission`` and then the module of the phase.
"""

from services.review.case.commands import CaseCommand
from services.review.case.decide import decide
from services.review.case.evolve import evolve
from services.review.case.state import Stage, Unopened
from shared.contracts.core import Decider

decider: Decider[Stage, CaseCommand] = Decider("review", "case", Unopened(), evolve, decide)

__all__ = ["decider"]
