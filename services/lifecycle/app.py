"""Lifecycle's composition root: ``python -m services.lifecycle.app``."""

from __future__ import annotations

from services.lifecycle.api import routes
from services.lifecycle.district import decider
from services.lifecycle.reactions import react, timetable, when_due
from services.lifecycle.views import DISTRICTS
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """What lifecycle is."""
    return Definition(
        name="lifecycle",
        title="juqu lifecycle 管理与考核",
        decider=decider,
        projections=(DISTRICTS,),
        routes=routes,
        reacts_to=("review",),
        react=react,
        timetable=timetable,
        when_due=when_due,
    )


if __name__ == "__main__":
    main(service())
