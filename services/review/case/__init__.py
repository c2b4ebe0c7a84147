"""The case: one application before the province, from its receipt to its decision, split by phase.

``decider`` is the aggregate; ``services.review.case.commands`` are its commands and ``stages`` its named stages.
"""

from services.review.case.commands import CaseCommand
from services.review.case.decide import decide
from services.review.case.evolve import evolve
from services.review.case.stages import Stage, Unopened
from shared.contracts.core import Decider

decider: Decider[Stage, CaseCommand] = Decider("review", "case", Unopened(), evolve, decide)

__all__ = ["CaseCommand", "Stage", "decider"]
