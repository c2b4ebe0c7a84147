"""Lifecycle's composition root: ``python -m services.lifecycle.app``."""

from __future__ import annotations

from services.lifecycle.api import routes
from services.lifecycle.district import decider
from services.lifecycle.follows import FOLLOWS
from services.lifecycle.reactions import again, react, when_due
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """What lifecycle is."""
    return Definition(
        follows=FOLLOWS,
        title="juqu lifecycle 管理与考核",
        decider=decider,
        routes=routes,
        react=react,
        when_due=when_due,
        again=again,
    )


if __name__ == "__main__":
    main(service())
