"""The aggregate ``application``: the decider of commands, state, evolve, decide and permission."""

from services.intake.application.commands import ApplicationCommand
from services.intake.application.decide import decide
from services.intake.application.evolve import evolve
from services.intake.application.state import NotOpened, Stage
from shared.contracts.core import Decider

decider: Decider[Stage, ApplicationCommand] = Decider("intake", "application", NotOpened(), evolve, decide)
"""The aggregate ``intake/application/<case_id>``."""

__all__ = ["decider"]
