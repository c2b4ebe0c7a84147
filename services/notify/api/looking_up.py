"""The look-ups that commands need, by a running service's settings."""

from __future__ import annotations

from services.notify.addresses import Gate
from services.notify.handlers import Handlers, secret_in
from services.notify.settings import read_notify_settings
from shared.service.running import Service


def handlers_of(service: Service) -> Handlers:
    """The handlers, by the service's settings; raises ``RuntimeError`` where it has none."""
    settings = service.settings
    allowed = read_notify_settings(settings.environment).test_addresses
    return Handlers(Gate(allowed), secret_in(settings.keys_dir))
