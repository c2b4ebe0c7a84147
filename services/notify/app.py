"""Notify's composition root: ``python -m services.notify.app``."""

from __future__ import annotations

from typing import Any

from services.notify.addresses import Gate
from services.notify.api import routes
from services.notify.delivery import DELIVERY
from services.notify.handlers import secret_in
from services.notify.reactions import Considering, timetable, when_due
from services.notify.sending import SendingOffice
from services.notify.settings import read_notify_settings
from services.notify.views import DELIVERIES, PEOPLE
from shared.service.app import main
from shared.service.definition import Definition, Loop
from shared.service.reactions import Consider
from shared.service.running import Service


class _Offices:
    """The sending office of each running service of this definition."""

    def __init__(self) -> None:
        self._by_service: dict[int, SendingOffice] = {}

    def loops(self, service: Service) -> dict[str, Loop]:
        """Open the office of a service that starts."""
        office = SendingOffice(service, read_notify_settings(service.settings.environment))
        self._by_service[id(service)] = office
        return office.loops()

    async def report(self, service: Service) -> dict[str, Any]:
        """What its office has to say."""
        office = self._by_service.get(id(service))
        return await office.report() if office is not None else {}


def considering(service: Service) -> Consider:
    """Whom an event concerns, by the service's own read models and settings."""
    settings = read_notify_settings(service.settings.environment)
    return Considering(
        service, Gate(settings.test_addresses), settings.mail_from.domain, secret_in(service.settings.keys_dir)
    )


def service() -> Definition:
    """What notify is."""
    offices = _Offices()
    return Definition(
        name="notify",
        title="juqu notify 通知",
        decider=DELIVERY,
        projections=(DELIVERIES, PEOPLE),
        routes=routes,
        reacts_to=("intake", "review", "lifecycle", "notify"),
        reacts_to_internal=True,
        considering=considering,
        timetable=timetable,
        when_due=when_due,
        loops=offices.loops,
        reports=offices.report,
    )


if __name__ == "__main__":
    main(service())
