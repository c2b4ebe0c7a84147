"""Notify's composition root: ``python -m services.notify.app``."""

from __future__ import annotations

from typing import Any

from services.notify.aggregates.delivery import DELIVERY
from services.notify.api import routes
from services.notify.follows import FOLLOWS
from services.notify.own import Notify, open_notify
from services.notify.telling.considering import Considering
from services.notify.timetable import when_due
from shared.service.app import main
from shared.service.definition import Definition, Loop
from shared.service.reactions import Consider
from shared.service.service import Service


def loops(service: Service) -> dict[str, Loop]:
    """The loops that send."""
    return service.own(Notify).office.loops()


async def report(service: Service) -> dict[str, Any]:
    """The sending office's part of the health report."""
    return await service.own(Notify).office.report()


def considering(service: Service) -> Consider:
    """Reactions that look up whom an event concerns."""
    own = service.own(Notify)
    settings = own.settings
    return Considering(
        service, settings.addresses, settings.mail_from.domain, own.secret, settings.public_url, settings.enquiries
    )


def service() -> Definition:
    """Notify's definition."""
    return Definition(
        follows=FOLLOWS,
        title="juqu notify 通知",
        decider=DELIVERY,
        routes=routes,
        own=open_notify,
        considering=considering,
        when_due=when_due,
        loops=loops,
        reports=report,
    )


if __name__ == "__main__":
    main(service())
