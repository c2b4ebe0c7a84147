"""The providers of each channel, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from limits import RateLimitItem

from services.notify.channels.mail_settings import MailTerms, read_mail_terms
from services.notify.channels.outcome import Receipt, Transport
from services.notify.channels.smpp import SmppTransport
from services.notify.channels.smtp import SmtpTransport
from services.notify.sending.gate import ProviderGate
from services.notify.sending.limiting import rates
from services.notify.sending.receipts import ReceiptBox
from services.notify.settings import NotifySettings, ProviderSettings
from shared.contracts.notify import Channel
from shared.service.settings import SettingError, Settings


@dataclass(slots=True)
class Provider:
    """A provider, whether it can be used now, and what it may be given. ``paused`` says why it must not be used."""

    name: str
    channel: Channel
    transport: Transport
    at_once: int = 16
    rates: tuple[RateLimitItem, ...] = ()
    gate: ProviderGate = field(default_factory=ProviderGate)
    paused: str = ""

    @property
    def usable(self) -> bool:
        """Whether it may be tried now."""
        return not self.paused and self.gate.open


Providers = Mapping[Channel, tuple[Provider, ...]]


def open_providers(service: Settings, settings: NotifySettings, box: ReceiptBox) -> Providers:
    """The providers of the settings; nothing is connected yet. Raises ``SettingError``."""
    terms = read_mail_terms(service.environment, service.keys_dir, settings.mail_from)
    found: dict[Channel, tuple[Provider, ...]] = {}
    for each in settings.providers:
        try:
            limits = rates(each.rate)
        except ValueError as error:
            raise SettingError(f"the rate of {each.name} is none: {error}") from None
        provider = Provider(each.name, each.channel, _transport(each, terms, box), each.at_once, limits)
        found[each.channel] = (*found.get(each.channel, ()), provider)
    return found


def _transport(each: ProviderSettings, terms: MailTerms, box: ReceiptBox) -> Transport:
    if each.channel is Channel.MAIL:
        return SmtpTransport(each.url, terms, name=each.name)

    async def keep(receipt: Receipt) -> None:
        await box.keep(replace(receipt, provider=each.name))

    return SmppTransport(each.url, keep, name=each.name)
