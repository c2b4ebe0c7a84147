"""Review's composition root: ``python -m services.review.app``."""

from __future__ import annotations

from services.review.api import routes
from services.review.case import decider
from services.review.follows import FOLLOWS
from services.review.reactions import again, react, when_due
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """What review is."""
    return Definition(
        follows=FOLLOWS,
        title="juqu review 审核",
        decider=decider,
        routes=routes,
        react=react,
        when_due=when_due,
        again=again,
    )


if __name__ == "__main__":
    main(service())
