"""Intake's composition root: ``python -m services.intake.app``."""

from __future__ import annotations

from services.intake.api import routes
from services.intake.application import decider
from services.intake.reactions import react, timetable, when_due
from services.intake.views import PROJECTION
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """What intake is."""
    return Definition(
        name="intake",
        title="juqu intake 申报",
        decider=decider,
        projections=(PROJECTION,),
        routes=routes,
        reacts_to=("review",),
        react=react,
        timetable=timetable,
        when_due=when_due,
    )


if __name__ == "__main__":
    main(service())
