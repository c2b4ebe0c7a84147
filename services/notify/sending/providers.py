"""The providers of each channel, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from limits import RateLimitItem

from services.notify.channels.mail.settings import MailTerms
from services.notify.channels.mail.smtp import SmtpTransport
from services.notify.channels.outcome import Receipt, Transport
from services.notify.channels.sms.account import read_account
from services.notify.channels.sms.smpp import SmppTransport
from services.notify.channels.webhook import WebhookTransport
from services.notify.sending.breaker import Breaker
from services.notify.settings import NotifySettings, ProviderSettings
from shared.contracts.notify import Channel
from shared.service.limits.limiting import rates
from shared.service.settings import SettingError


@dataclass(slots=True)
class Provider:
    """A provider, whether it can be used now, and what it may be given. ``paused`` says why it must not be used.
    ``paused_at`` is the seq at which that is recorded: a read model that has not come so far does not know of it."""

    name: str
    channel: Channel
    transport: Transport
    at_once: int = 16
    rates: tuple[RateLimitItem, ...] = ()
    breaker: Breaker = field(default_factory=Breaker)
    paused: str = ""
    paused_at: float = 0

    @property
    def usable(self) -> bool:
        """Whether it may be tried now."""
        return not self.paused and self.breaker.open


Providers = Mapping[Channel, tuple[Provider, ...]]
Keep = Callable[[Receipt], Awaitable[None]]
"""Keeps a receipt, durably."""


def open_providers(
    settings: NotifySettings,
    terms: MailTerms,
    secret: Callable[[], bytes],
    keep: Keep,
    secrets: Callable[[str], Awaitable[tuple[int, ...]]],
) -> Providers:
    """The providers of the settings; nothing is connected yet. ``secrets`` is as ``WebhookTransport`` has it. Raises
    ``SettingError``."""
    providers: dict[Channel, tuple[Provider, ...]] = {}
    for provider in settings.providers:
        try:
            limits = rates(provider.rate)
        except ValueError as error:
            raise SettingError(f"the rate of {provider.name} is none: {error}") from None
        transport = _transport(provider, settings, terms, secret, keep)
        if isinstance(transport, WebhookTransport):
            transport.secrets = secrets
        opened = Provider(provider.name, provider.channel, transport, provider.at_once, limits)
        providers[opened.channel] = (*providers.get(opened.channel, ()), opened)
    return providers


def _transport(
    provider: ProviderSettings, settings: NotifySettings, terms: MailTerms, secret: Callable[[], bytes], keep: Keep
) -> Transport:
    async def keep_its(receipt: Receipt) -> None:
        await keep(replace(receipt, provider=provider.name))

    kind, url, name = provider.name.partition("-")[0], provider.url, provider.name
    try:
        match kind:
            case "smtp":
                return SmtpTransport(url, terms, name=name, at_once=provider.at_once)
            case "smpp":
                return SmppTransport(url, keep_its, name=name)
            case "aliyun":
                from services.notify.channels.sms.aliyun import AliyunTransport

                return AliyunTransport(read_account(url), keep_its, name=name)
            case "tencent":
                from services.notify.channels.sms.tencent import TencentTransport

                return TencentTransport(read_account(url), keep_its, name=name)
    except ValueError as error:
        raise SettingError(f"JUQU_{kind.upper()}_URL cannot be used: {error}") from None
    return WebhookTransport(secret(), keep_its, private_networks=settings.private_networks, name=name)
