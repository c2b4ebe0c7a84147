"""Which sending office belongs to a running service, for its routes."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from services.notify.sending.office import SendingOffice
from shared.service.running import Service


class Offices:
    """The offices of the services that run in this process."""

    def __init__(self) -> None:
        self._by_service: WeakKeyDictionary[Service, SendingOffice] = WeakKeyDictionary()

    def add(self, service: Service, office: SendingOffice) -> None:
        """Remember the office of a service that starts."""
        self._by_service[service] = office

    def of(self, service: Service) -> SendingOffice | None:
        """The office of a service, ``None`` before it has started."""
        return self._by_service.get(service)


OFFICES = Offices()
