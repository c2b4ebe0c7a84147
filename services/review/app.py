"""Review's composition root: ``python -m services.review.app``."""

from __future__ import annotations

from services.review.api import routes
from services.review.case import decider
from services.review.reactions import react, timetable, when_due
from services.review.views import CASES, SHEETS
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """What review is."""
    return Definition(
        name="review",
        title="juqu review 审核",
        decider=decider,
        projections=(CASES, SHEETS),
        routes=routes,
        reacts_to=("intake",),
        react=react,
        timetable=timetable,
        when_due=when_due,
    )


if __name__ == "__main__":
    main(service())
