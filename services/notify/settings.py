"""What notify is told by its environment, beyond what every service is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address

from services.notify.channels.mail import UnsafeHeader, sender
from shared.service.settings import SettingError

DEFAULT_SENDER = "吉林省科学技术厅 <notices@juqu.invalid>"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """``smtp_url`` and ``smpp_url`` are empty where there is no such provider: its notices wait, and health says so.

    ``test_addresses`` lets fictitious addresses through (the demonstration). ``pace`` stretches or shortens the pauses
    between attempts (1 in production).
    """

    smtp_url: str
    smpp_url: str
    mail_from: Address
    test_addresses: bool
    pace: float


def read_notify_settings(environment: Mapping[str, str]) -> NotifySettings:
    """The settings; raises ``SettingError`` naming the variable."""
    try:
        by = sender(environment.get("JUQU_MAIL_FROM", DEFAULT_SENDER))
    except UnsafeHeader as error:
        raise SettingError(f"JUQU_MAIL_FROM takes 'name <address>': {error}") from None
    try:
        pace = float(environment.get("JUQU_RETRY_PACE", "1"))
    except ValueError:
        raise SettingError("JUQU_RETRY_PACE takes a number") from None
    for name, schemes in (("JUQU_SMTP_URL", ("smtp://", "smtps://")), ("JUQU_SMPP_URL", ("smpp://",))):
        if environment.get(name) and not environment[name].startswith(schemes):
            raise SettingError(f"{name} takes {' or '.join(schemes)}...")
    return NotifySettings(
        smtp_url=environment.get("JUQU_SMTP_URL", ""),
        smpp_url=environment.get("JUQU_SMPP_URL", ""),
        mail_from=by,
        test_addresses=environment.get("JUQU_TEST_ADDRESSES", "") == "1",
        pace=pace,
    )
