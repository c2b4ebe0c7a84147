"""What notify is told by its environment, beyond what every service is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from math import ceil, inf
from urllib.parse import urlsplit

from services.notify.channels.addresses import AddressRules, read_address_rules
from services.notify.channels.mail.message import UnsafeHeader, sender
from services.notify.channels.mail.settings import Listening, check_mail_terms, read_listening, read_public_url
from services.notify.templates import Enquiries
from shared.contracts.notify import Channel
from shared.programme.values.writing import unplain
from shared.service.limits.limiting import read_rate
from shared.service.settings import SettingError, read_switch

DEFAULT_SENDER = "吉林省科学技术厅 <notices@juqu.invalid>"
ADDRESS_RATE = "20/hour;60/day"
"""Short messages of one class to one number, unless ``JUQU_NUMBER_RATE`` says otherwise."""
CODE_RATE = "60/minute;2000/day"
"""Codes to all subscribers together, unless ``JUQU_CODE_RATE`` says otherwise."""
_KINDS = (
    ("smtp", Channel.MAIL, ("smtp://", "smtps://"), 24),
    ("smpp", Channel.SMS, ("smpp://",), 128),
    ("aliyun", Channel.SMS, ("aliyun://", "aliyun+http://"), 16),
    ("tencent", Channel.SMS, ("tencent://", "tencent+http://"), 16),
)
WEBHOOKS_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """A provider: its name in recorded attempts, its URL, how many messages it takes at a time, and at what rate
    (``100/second``; empty: any)."""

    name: str
    channel: Channel
    url: str
    at_once: int
    rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """``providers`` are in the order in which they are tried. Notices wait if their channel has none, and health says
    so.

    ``pace`` stretches or shortens the pauses between attempts (1 in production). ``number_rate`` is for each telephone
    number, ``code_rate`` for all codes. ``receipt_hours`` is how long a receipt is waited for. ``listening`` is where
    bounces are taken, ``public_url`` where the public reaches notify (empty: nowhere). ``private_networks`` lets
    webhooks go there. ``push_code`` is the newest code of the paths that receipts are pushed to.
    """

    providers: tuple[ProviderSettings, ...]
    mail_from: Address
    addresses: AddressRules
    pace: float
    number_rate: str
    code_rate: str
    receipt_hours: float
    listening: Listening | None
    public_url: str
    private_networks: bool
    push_code: int
    enquiries: Enquiries


def read_notify_settings(environment: Mapping[str, str]) -> NotifySettings:
    """The settings; raises ``SettingError`` naming the variable."""
    try:
        by = sender(environment.get("JUQU_MAIL_FROM", DEFAULT_SENDER))
    except UnsafeHeader as error:
        raise SettingError(f"JUQU_MAIL_FROM takes 'name <address>': {error}") from None
    tests = read_switch(environment, "JUQU_TEST_ADDRESSES")
    push_code = read_push_code(environment)
    return NotifySettings(
        providers=tuple(_providers(environment)),
        mail_from=by,
        pace=_number(environment, "JUQU_RETRY_PACE", 1.0),
        number_rate=read_rate(environment, "JUQU_NUMBER_RATE", "" if tests else ADDRESS_RATE),
        code_rate=read_rate(environment, "JUQU_CODE_RATE", "" if tests else CODE_RATE),
        receipt_hours=_number(environment, "JUQU_RECEIPT_HOURS", 72.0),
        listening=_listening(environment),
        public_url=read_public_url(environment),
        addresses=read_address_rules(environment),
        enquiries=read_enquiries(environment),
        private_networks=read_switch(environment, "JUQU_WEBHOOK_PRIVATE_NETWORKS"),
        push_code=push_code,
    )


def _listening(environment: Mapping[str, str]) -> Listening | None:
    check_mail_terms(environment)
    return read_listening(environment)


def read_enquiries(environment: Mapping[str, str]) -> Enquiries:
    """Whom letters name for questions and where what they ask for is done: ``JUQU_ENQUIRIES_CONTACT``, ``_CONTACT_EN``,
    ``_TELEPHONE`` and ``_URL`` (else ``JUQU_PUBLIC_URL``). Raises ``SettingError`` for a line break."""
    texts = {
        name: environment[variable].strip()
        for name, variable in _ENQUIRIES.items()
        if environment.get(variable, "").strip()
    }
    if broken := [name for name, value in texts.items() if unplain(value, line=True)]:
        raise SettingError(f"{_ENQUIRIES[broken[0]]} takes one line of text")
    if "url" in texts and not texts["url"].startswith(("https://", "http://")):
        raise SettingError("JUQU_ENQUIRIES_URL takes https://...")
    return Enquiries(**{"url": read_public_url(environment)} | texts)


_ENQUIRIES = {
    "contact": "JUQU_ENQUIRIES_CONTACT",
    "contact_en": "JUQU_ENQUIRIES_CONTACT_EN",
    "telephone": "JUQU_ENQUIRIES_TELEPHONE",
    "url": "JUQU_ENQUIRIES_URL",
}


def read_push_code(environment: Mapping[str, str]) -> int:
    """Which code of the paths that providers push receipts to is the newest; it and the one before are valid. Raises
    ``SettingError``."""
    number = environment.get("JUQU_PUSH_CODE", "") or "0"
    if not (number.isascii() and number.isdecimal() and len(number) < 7):
        raise SettingError("JUQU_PUSH_CODE takes a number: 1 for the second code, 2 for the third ...")
    return int(number)


def _providers(environment: Mapping[str, str]) -> Iterator[ProviderSettings]:
    """``JUQU_SMTP_URL``, ``JUQU_SMTP_URL_2`` ...: each its own provider, with the rate and number of its kind. Webhooks
    go out where ``JUQU_WEBHOOKS`` is 1."""
    for kind, channel, schemes, at_once in _KINDS:
        prefix = f"JUQU_{kind.upper()}"
        for number in range(1, 10):
            suffix = f"_{number}" if number > 1 else ""
            url = environment.get(f"{prefix}_URL{suffix}", "")
            if not url:
                continue
            if not url.startswith(schemes):
                raise SettingError(f"{prefix}_URL{suffix} takes {' or '.join(schemes)}...")
            if not _has_host(url):
                raise SettingError(f"{prefix}_URL{suffix} names no host, or a port that there is not")
            yield ProviderSettings(
                name=kind if number == 1 else f"{kind}-{number}",
                channel=channel,
                url=url,
                at_once=ceil(_number(environment, f"{prefix}_AT_ONCE", at_once)),
                rate=environment.get(f"{prefix}_RATE", ""),
            )

    if read_switch(environment, "JUQU_WEBHOOKS"):
        rate = environment.get("JUQU_WEBHOOK_RATE", "")
        yield ProviderSettings(name="webhook", channel=Channel.WEBHOOK, url="", at_once=WEBHOOKS_AT_ONCE, rate=rate)


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _number(environment: Mapping[str, str], name: str, otherwise: float) -> float:
    try:
        number = float(environment.get(name, "") or otherwise)
    except ValueError:
        raise SettingError(f"{name} takes a number") from None
    if not 0 < number < inf:
        raise SettingError(f"{name} takes a number above 0")
    return number
