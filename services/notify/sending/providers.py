"""The providers of each channel, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from limits import RateLimitItem

from services.notify.channels.mail.settings import MailTerms, read_mail_terms
from services.notify.channels.mail.smtp import SmtpTransport
from services.notify.channels.outcome import Receipt, Transport
from services.notify.channels.sms.account import read_account
from services.notify.channels.sms.smpp import SmppTransport
from services.notify.channels.webhook import WebhookTransport
from services.notify.codes import KEY_FILE
from services.notify.sending.gate import ProviderGate
from services.notify.sending.receipts import ReceiptBox
from services.notify.settings import NotifySettings, ProviderSettings
from shared.contracts.notify import Channel
from shared.service.limits.limiting import rates
from shared.service.secret import secret_in
from shared.service.settings import SettingError, Settings


@dataclass(slots=True)
class Provider:
    """A provider, whether it can be used now, and what it may be given. ``paused`` says why it must not be used,
    ``paused_at`` at which seq that is recorded: a read model that has not come so far does not know of it."""

    name: str
    channel: Channel
    transport: Transport
    at_once: int = 16
    rates: tuple[RateLimitItem, ...] = ()
    gate: ProviderGate = field(default_factory=ProviderGate)
    paused: str = ""
    paused_at: float = 0

    @property
    def usable(self) -> bool:
        """Whether it may be tried now."""
        return not self.paused and self.gate.open


Providers = Mapping[Channel, tuple[Provider, ...]]


def open_providers(
    service: Settings, settings: NotifySettings, box: ReceiptBox, secrets: Callable[[str], Awaitable[tuple[int, ...]]]
) -> Providers:
    """The providers of the settings; nothing is connected yet. ``secrets`` is as ``WebhookTransport`` has it. Raises
    ``SettingError``."""
    terms = read_mail_terms(service.environment, service.keys_dir, settings.mail_from)
    found: dict[Channel, tuple[Provider, ...]] = {}
    for each in settings.providers:
        try:
            limits = rates(each.rate)
        except ValueError as error:
            raise SettingError(f"the rate of {each.name} is none: {error}") from None
        transport = _transport(each, service, settings, terms, box)
        if isinstance(transport, WebhookTransport):
            transport.secrets = secrets
        provider = Provider(each.name, each.channel, transport, each.at_once, limits)
        found[each.channel] = (*found.get(each.channel, ()), provider)
    return found


def _transport(
    each: ProviderSettings, service: Settings, settings: NotifySettings, terms: MailTerms, box: ReceiptBox
) -> Transport:
    async def keep(receipt: Receipt) -> None:
        await box.keep(replace(receipt, provider=each.name))

    kind = each.name.partition("-")[0]
    try:
        match kind:
            case "smtp":
                return SmtpTransport(each.url, terms, name=each.name, at_once=each.at_once)
            case "smpp":
                return SmppTransport(each.url, keep, name=each.name)
            case "aliyun":
                from services.notify.channels.sms.aliyun import AliyunTransport

                return AliyunTransport(read_account(each.url), keep, name=each.name)
            case "tencent":
                from services.notify.channels.sms.tencent import TencentTransport

                return TencentTransport(read_account(each.url), keep, name=each.name)
    except ValueError as error:
        raise SettingError(f"JUQU_{kind.upper()}_URL cannot be used: {error}") from None
    secret = secret_in(service.keys_dir, KEY_FILE)()
    return WebhookTransport(secret, keep, private_networks=settings.private_networks, name=each.name)
