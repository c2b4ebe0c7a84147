"""The look-ups that commands need, by a running service's settings."""

from __future__ import annotations

from services.notify.channels.addresses import read_gate
from services.notify.handlers import Handlers
from services.notify.secret import secret_in
from shared.service.running import Service


def handlers_of(service: Service) -> Handlers:
    """The handlers, by the service's settings; raises ``RuntimeError`` where it has none."""
    settings = service.settings
    return Handlers(read_gate(settings.environment), secret_in(settings.keys_dir))
