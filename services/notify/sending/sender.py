"""One delivery: whether it is still to be sent, and by which provider; the next one where it is certain that the first
took nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from services.notify.aggregates.delivery.commands import Defer, DeliveryCommand, Expire, Supersede
from services.notify.aggregates.delivery.quiet import NIGHT, quiet_until
from services.notify.aggregates.delivery.state import Ready
from services.notify.channels.outcome import Misconfigured, ProviderDown, Session
from services.notify.sending.attempts import Attempts
from services.notify.sending.crowd import Crowd, destination_of
from services.notify.sending.journal import Journal
from services.notify.sending.providers import Provider
from services.notify.sending.shares import Hold, Traffic, traffic
from services.notify.telling.truth import Truth
from shared.contracts.core import Context
from shared.contracts.notify import DeliveryRequested
from shared.programme.values.personal import ERASED
from shared.service.logs import logger_of
from shared.service.service import Service

logger = logger_of("sending")

TURN = 2.0
"""Seconds that a message waits for its turn with a provider, keeping others back."""
CODES_FULL = "there were as many codes as there may be in a time"
NUMBER_FULL = "this number has had as many messages as it may get in a time"


@dataclass(slots=True)
class Sender:
    """Sends deliveries through their channels' providers."""

    service: Service
    attempts: Attempts
    in_flight: set[str] = field(default_factory=set)
    crowd: Crowd = field(default_factory=Crowd)
    truth: Truth = field(init=False)

    def __post_init__(self) -> None:
        self.truth = Truth(self.service)

    async def send(self, delivery_id: str) -> bool:
        """Send a delivery if it is (still) to be sent; say whether it is settled. Doing it again changes nothing.

        Raises what the log raises before the start.
        """
        if delivery_id in self.in_flight:
            return False
        self.in_flight.add(delivery_id)
        try:
            journal = await self.attempts.journals.open(delivery_id)
            await self._send(journal)
            self.attempts.journals.keep(journal)
            return not isinstance(journal.state, Ready)
        finally:
            self.in_flight.discard(delivery_id)

    async def _send(self, journal: Journal) -> None:
        state = journal.state
        if not isinstance(state, Ready) or await self._is_off(journal, state):
            return
        usable = [provider for provider in self.attempts.providers[state.notice.channel] if provider.usable]
        destination = destination_of(state.notice)
        if destination and self.crowd.waits(destination, sum(provider.at_once for provider in usable)):
            return
        with self.crowd.joined(destination, journal.delivery_id):
            await self._by_one_of(usable, journal)

    async def _by_one_of(self, usable: Sequence[Provider], journal: Journal) -> None:
        """Try one provider after the other, while it is certain that none has taken it."""
        for number, provider in enumerate(usable, 1):
            if not isinstance(journal.state, Ready):
                return
            session = await self._opened(provider)
            if session is not None:
                await self._in_its_turn(journal, journal.state, provider, session, others=number < len(usable))

    async def _in_its_turn(
        self, journal: Journal, state: Ready, provider: Provider, session: Session, *, others: bool
    ) -> None:
        """Attempt it where its number and the provider have a permit for it."""
        hold = await self._hold(state.notice, provider)
        if hold.number_wait or hold.provider_wait:
            await session.release()
        if hold.number_wait:
            context = await journal.context()
            until = context.now + timedelta(seconds=hold.number_wait)
            reason = CODES_FULL if traffic(state.notice) is Traffic.CODE else NUMBER_FULL
            await journal.commit(
                Defer(context=context, delivery_id=state.notice.delivery_id, until=until, reason=reason)
            )
        elif not hold.provider_wait:
            await self.attempts.make(journal, state, provider, session, hold, others=others)

    async def _hold(self, notice: DeliveryRequested, provider: Provider) -> Hold:
        """The message's permits. One of the provider is waited for a moment, then it is another's turn."""
        until = time.monotonic() + TURN
        while True:
            hold = await self.attempts.shares.take(notice, provider)
            if not hold.provider_wait or time.monotonic() + hold.provider_wait > until:
                return hold
            await asyncio.sleep(hold.provider_wait)

    async def _is_off(self, journal: Journal, state: Ready) -> bool:
        """Whether it is not to be sent (now); that is recorded then."""
        context, notice = await journal.context(), state.notice
        command = self._off(state, context)
        if command is None:
            reason = await self.truth.untrue(notice)
            if not reason:
                return False
            command = Supersede(context=context, delivery_id=notice.delivery_id, reason=reason)
        await journal.commit(command)
        return True

    @staticmethod
    def _off(state: Ready, context: Context) -> DeliveryCommand | None:
        notice, ident = state.notice, state.notice.delivery_id
        if state.expires_at is not None and state.expires_at <= context.now:
            return Expire(context=context, delivery_id=ident, reason="its time ran out")
        if notice.address == ERASED:
            return Supersede(context=context, delivery_id=ident, reason="the recipient was erased")
        until = quiet_until(notice, context.now)
        if until is not None:
            return Defer(context=context, delivery_id=ident, until=until, reason=NIGHT)
        return None

    async def _opened(self, provider: Provider) -> Session | None:
        """A session with a provider, ``None`` where it has none for us."""
        if not provider.usable:
            return None
        try:
            session = await provider.transport.open()
        except Misconfigured as error:
            await self.attempts.pause(provider, str(error))
            return None
        except ProviderDown as error:
            provider.breaker.failed(str(error))
            logger.warning("provider_down", provider=provider.name, error=str(error))
            return None
        provider.breaker.succeeded()
        return session
