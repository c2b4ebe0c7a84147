"""Office's composition root: ``python -m services.office.app``."""

from __future__ import annotations

from services.office.api import routes
from services.office.follows import FOLLOWS
from services.office.office import decider
from shared.service.app import main
from shared.service.definition import Definition


def service() -> Definition:
    """What office is."""
    return Definition(follows=FOLLOWS, title="juqu office 单位内部事务", decider=decider, routes=routes)


if __name__ == "__main__":
    main(service())
