"""The sending office of a notify process: its providers, a dispatch for each channel, its watch over time."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from services.notify.aggregates.provider import PROVIDER, PauseProvider
from services.notify.aggregates.subscription import SUBSCRIPTION, Requested
from services.notify.channels.mail.settings import MailTerms
from services.notify.channels.outcome import Reconciling
from services.notify.notices.people import SUBSCRIBER
from services.notify.sending.attempts import Attempts
from services.notify.sending.bounced import LOOP, BounceBox
from services.notify.sending.dispatch import Dispatch
from services.notify.sending.journal import Journals
from services.notify.sending.listening import keep_listening
from services.notify.sending.providers import Provider, open_providers
from services.notify.sending.receipts import ReceiptDesk
from services.notify.sending.sender import Sender
from services.notify.sending.shares import Shares, Traffic
from services.notify.sending.trouble import PAUSE, Trouble
from services.notify.sending.watch import Watch
from services.notify.settings import NotifySettings
from services.notify.views.deliveries import DELIVERIES, deliveries
from services.notify.views.providers import providers as paused_providers
from shared.contracts.notify import Channel
from shared.retrying import Pauses, run_for_ever
from shared.service import contexts
from shared.service.definition import Loop
from shared.service.limits.limiting import Limiter, rates
from shared.service.logs import logger_of
from shared.service.service import Service

logger = logger_of("sending")

_ROWS = deliveries.table
_PAUSED = paused_providers.table
_NEXT_RELEASE = sa.select(sa.func.min(_ROWS.c.deferred_until)).where(_ROWS.c.state == "deferred")


class SendingOffice:
    """Brings what is ready to its provider, and keeps what comes back."""

    def __init__(
        self, service: Service, settings: NotifySettings, terms: MailTerms, secret: Callable[[], bytes]
    ) -> None:
        self._service = service
        journals = Journals(service)
        self.receipts = ReceiptDesk(service, journals)
        self.providers = open_providers(settings, terms, secret, self.receipts.store.keep, self._secrets)
        number = rates(settings.number_rate)
        shares = Shares(Limiter(service.settings.redis_url), dict.fromkeys(Traffic, number), rates(settings.code_rate))
        listening = settings.listening
        self.bounces = BounceBox(service, listening, secret) if listening is not None else None
        worker = f"{socket.gethostname()}:{uuid4()}"
        self.attempts = Attempts(self.providers, worker, shares, self.pause, journals, settings.pace)
        self.sender = Sender(service, self.attempts)
        self.watch = Watch(service, self.sender, settings.receipt_hours)
        self.dispatches = {
            channel: Dispatch(service, channel, providers, self.sender, shares)
            for channel, providers in self.providers.items()
        }

    def loops(self) -> dict[str, Loop]:
        """What runs beside the HTTP server."""
        bounces = {LOOP: self.bounces.listen_for_ever} if self.bounces is not None else {}
        return {
            **bounces,
            **{f"sending {channel.value}": dispatch.run for channel, dispatch in self.dispatches.items()},
            "leases": self.watch.leases,
            "time": self.watch.time,
            "receipts": self.receipts.match_for_ever,
            "pauses": self.follow_pauses,
            "listening": partial(keep_listening, self._all(), self.pause),
        }

    async def _secrets(self, recipient: str) -> tuple[int, ...]:
        """The numbers of a webhook's secrets that are valid now."""
        kind, _, ident = recipient.partition(":")
        state, _ = await self._service.runner.state(SUBSCRIPTION, ident) if kind == SUBSCRIBER else (None, 0)
        return state.secrets(await self._service.clock.now()) if isinstance(state, Requested) else (0,)

    def provider(self, name: str) -> Provider | None:
        """A provider by its name."""
        return next((provider for provider in self._all() if provider.name == name), None)

    def _all(self) -> list[Provider]:
        return [provider for providers in self.providers.values() for provider in providers]

    def reconciling(self, name: str) -> Reconciling | None:
        """A provider that can be asked what became of an attempt."""
        provider = self.provider(name)
        transport = provider.transport if provider is not None else None
        return transport if isinstance(transport, Reconciling) else None

    async def pause(self, provider: Provider, reason: str) -> None:
        """Pause a provider for what it says of our account. The pause is recorded, and in the health report until it
        ends."""
        if provider.paused:
            return
        provider.paused, provider.paused_at = reason, math.inf
        try:
            provider.paused_at = await self._record_pause(provider, reason)
        finally:
            if provider.paused_at == math.inf:
                provider.paused_at = 0

    async def _record_pause(self, provider: Provider, reason: str) -> int:
        logger.error("provider_paused", provider=provider.name, reason=reason)
        context = contexts.of_today(contexts.system_actor(self._service.name), await self._service.clock.now())
        command = PauseProvider(context=context, provider=provider.name, channel=provider.channel, reason=reason)
        return (await self._service.runner.execute(PROVIDER, provider.name, command)).seq

    async def follow_pauses(self) -> None:
        """Know what is paused, by whomever."""
        trouble = Trouble(logger, "cannot look at the pauses now")
        await run_for_ever(self._look_at_pauses, troubled=trouble.met, pauses=Pauses(PAUSE), rest=PAUSE)

    async def _look_at_pauses(self) -> None:
        reached = self._service.projectors[DELIVERIES.name].reached
        async with self._service.reading() as connection:
            rows = await connection.execute(sa.select(_PAUSED.c.provider, _PAUSED.c.reason))
            reasons = {name: reason or "paused" for name, reason in rows}
        for provider in self._all():
            if provider.name in reasons or reached >= provider.paused_at:
                provider.paused = reasons.get(provider.name, "")

    async def report(self) -> dict[str, Any]:
        """For the health report: ``sending`` counts what is to go out now; ``released_next`` is when the first deferred
        notice may go; ``channels`` says how each provider does."""
        due = sa.func.count().filter(sa.or_(_is_due(), _ROWS.c.state == "attempting"))
        counted = sa.select(_ROWS.c.state, _ROWS.c.channel, sa.func.count(), due).group_by(
            _ROWS.c.state, _ROWS.c.channel
        )
        states: dict[str, int] = {}
        sending = await self.receipts.store.waiting() + await self.watch.due()
        async with self._service.reading() as connection:
            for state, channel, count, now in await connection.execute(counted.order_by(_ROWS.c.state)):
                states[state] = states.get(state, 0) + count
                sending += now if channel in self.providers else 0
            morning = await connection.scalar(_NEXT_RELEASE)
        bounces = (self.bounces.trouble,) if self.bounces is not None else ()
        troubles = (
            *(dispatch.trouble.text for dispatch in self.dispatches.values()),
            self.receipts.trouble.text,
            self.watch.trouble.text,
            *bounces,
        )
        return {
            "sending": sending,
            "released_next": morning.isoformat() if morning is not None else None,
            "trouble": next(filter(None, troubles), ""),
            "notices": states,
            "channels": {channel.value: self._channel(channel) for channel in Channel},
        }

    def _channel(self, channel: Channel) -> dict[str, Any]:
        """How the providers of a channel do; ``trouble`` says what keeps the channel from sending."""
        providers = self.providers.get(channel, ())
        troubles = {provider.name: provider.paused or provider.breaker.trouble for provider in providers}
        trouble = "; ".join(filter(None, troubles.values()))
        if not providers:
            trouble = "no provider is set; its notices wait"
        return {
            "provider": providers[0].name if providers else None,
            "providers": troubles,
            "trouble": trouble,
            "paused": bool(providers) and not any(provider.usable for provider in providers),
        }


def _is_due() -> sa.ColumnElement[bool]:
    tried = sa.and_(_ROWS.c.state == "not-sent", _ROWS.c.retry_at <= sa.func.clock_timestamp())
    return sa.or_(_ROWS.c.state == "ready", tried)
