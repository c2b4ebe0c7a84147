"""What notify has besides what every service has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.notify.channels.mail.settings import read_mail_terms
from services.notify.codes import KEY_FILE
from services.notify.handlers import Handlers
from services.notify.sending import SendingOffice
from services.notify.settings import NotifySettings, read_notify_settings
from shared.service.secret import secret_in
from shared.service.service import Service


@dataclass(frozen=True, slots=True)
class Notify:
    """Its settings, the key of its codes, the look-ups of its commands and its sending office."""

    settings: NotifySettings
    secret: Callable[[], bytes]
    handlers: Handlers
    office: SendingOffice


def open_notify(service: Service) -> Notify:
    """Make it, once, as the service connects. Raises ``SettingError``."""
    environment, keys_dir = service.settings.environment, service.settings.keys_dir
    settings = read_notify_settings(environment)
    secret = secret_in(keys_dir, KEY_FILE)
    terms = read_mail_terms(environment, keys_dir, settings.mail_from, secret)
    office = SendingOffice(service, settings, terms, secret)
    return Notify(settings, secret, Handlers(settings.addresses, secret), office)
