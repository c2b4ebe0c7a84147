"""Notify's composition root: ``python -m services.notify.app``."""

from __future__ import annotations

from typing import Any

from services.notify.aggregates.delivery import DELIVERY
from services.notify.api import routes
from services.notify.channels.addresses import read_gate
from services.notify.channels.mail.settings import read_public_url
from services.notify.follows import FOLLOWS
from services.notify.reactions import Considering
from services.notify.secret import secret_in
from services.notify.sending import SendingOffice
from services.notify.sending.registry import OFFICES
from services.notify.settings import read_enquiries, read_notify_settings
from services.notify.timetable import when_due
from shared.service.app import main
from shared.service.definition import Definition, Loop
from shared.service.reactions import Consider
from shared.service.running import Service


def loops(service: Service) -> dict[str, Loop]:
    """Open the sending office of a service that starts."""
    office = SendingOffice(service, read_notify_settings(service.settings.environment))
    OFFICES.add(service, office)
    return office.loops()


async def report(service: Service) -> dict[str, Any]:
    """What its office has to say."""
    office = OFFICES.of(service)
    return await office.report() if office is not None else {}


def considering(service: Service) -> Consider:
    """Whom an event concerns, by the service's own read models and settings."""
    settings = read_notify_settings(service.settings.environment)
    return Considering(
        service,
        read_gate(service.settings.environment),
        settings.mail_from.domain,
        secret_in(service.settings.keys_dir),
        read_public_url(service.settings.environment),
        read_enquiries(service.settings.environment),
    )


def service() -> Definition:
    """What notify is."""
    return Definition(
        follows=FOLLOWS,
        title="juqu notify 通知",
        decider=DELIVERY,
        routes=routes,
        considering=considering,
        when_due=when_due,
        loops=loops,
        reports=report,
    )


if __name__ == "__main__":
    main(service())
