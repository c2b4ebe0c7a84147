"""Intake's composition root: ``python -m services.intake.app``."""

from __future__ import annotations

from services.intake.api import routes
from services.intake.application import decider
from services.intake.follows import FOLLOWS
from services.intake.reactions import again, react, when_due
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """The parts that make intake."""
    return Definition(
        follows=FOLLOWS,
        title="juqu intake 申报",
        decider=decider,
        routes=routes,
        react=react,
        when_due=when_due,
        again=again,
    )


if __name__ == "__main__":
    main(service())
