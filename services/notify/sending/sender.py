"""One delivery: look, open, commit the start, send, commit what is known of it; the next provider where it is certain
that the first took nothing."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.notify.aggregates.delivery.commands import (
    Defer,
    DeliveryCommand,
    Expire,
    RecordAccepted,
    RecordNotSent,
    RecordRejected,
    RecordUnknown,
    StartAttempt,
    Supersede,
)
from services.notify.aggregates.delivery.quiet import NIGHT, quiet_until
from services.notify.aggregates.delivery.state import Ready
from services.notify.channels.outcome import (
    Declined,
    Misconfigured,
    NotSent,
    ProviderDown,
    Result,
    Session,
    Submitted,
    Unclear,
)
from services.notify.sending.crowd import Crowd, place_of
from services.notify.sending.journal import Journal, Journals
from services.notify.sending.pacing import retry_at
from services.notify.sending.providers import Provider, Providers
from services.notify.sending.shares import Hold, Shares, Traffic, traffic
from services.notify.telling.truth import Truth
from shared.contracts.core import Context
from shared.contracts.notify import AttemptStarted, DeliveryRequested
from shared.programme.values.personal import ERASED
from shared.service.logs import logger_of
from shared.service.runner import Refused as RefusedByRule
from shared.service.service import Service

logger = logger_of("sending")

TURN = 2.0
"""Seconds that a message waits for its turn with a provider, in the place of others."""
CODES_FULL = "there were as many codes as there may be in a time"
NUMBER_FULL = "this number has had as many messages as it may get in a time"
OVERTAKEN = NotSent("late-start", "somebody else was faster")
_LOGGED = {Submitted: "taken", NotSent: "notsent", Declined: "refused", Unclear: "unclear"}
"""What the log calls the result of an attempt."""
Pause = Callable[[Provider, str], Awaitable[None]]
"""Pauses a provider for a reason, durably."""


@dataclass(slots=True)
class Sender:
    """Sends deliveries through their channels' providers. ``worker`` is this process, named for good."""

    service: Service
    providers: Providers
    worker: str
    shares: Shares
    pause: Pause
    journals: Journals
    pace: float = 1.0
    in_flight: set[str] = field(default_factory=set)
    crowd: Crowd = field(default_factory=Crowd)
    truth: Truth = field(init=False)

    def __post_init__(self) -> None:
        self.truth = Truth(self.service)

    async def send(self, delivery_id: str) -> bool:
        """Send a delivery if it is (still) to be sent; say whether it is not to be sent (any more). Again: nothing.

        Raises what the log raises before the start.
        """
        if delivery_id in self.in_flight:
            return False
        self.in_flight.add(delivery_id)
        try:
            journal = await self.journals.open(delivery_id)
            await self._send(journal)
            self.journals.keep(journal)
            return not isinstance(journal.state, Ready)
        finally:
            self.in_flight.discard(delivery_id)

    async def _send(self, journal: Journal) -> None:
        state = journal.state
        if not isinstance(state, Ready) or await self._is_off(journal, state):
            return
        usable = [each for each in self.providers[state.notice.channel] if each.usable]
        there = place_of(state.notice)
        if there and self.crowd.waits(there, sum(each.at_once for each in usable)):
            return
        with self.crowd.joined(there, journal.delivery_id):
            await self._by_one_of(usable, journal)

    async def _by_one_of(self, usable: Sequence[Provider], journal: Journal) -> None:
        """Try one provider after the other, while it is certain that none has taken it."""
        for place, provider in enumerate(usable):
            if not isinstance(journal.state, Ready):
                return
            session = await self._opened(provider)
            if session is not None:
                others = len(usable) > place + 1
                await self._in_its_turn(journal, journal.state, provider, session, others=others)

    async def _in_its_turn(
        self, journal: Journal, state: Ready, provider: Provider, session: Session, *, others: bool
    ) -> None:
        """Attempt it where its number and the provider have a place for it."""
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
            await self._attempt(journal, state, provider, session, hold, others=others)

    async def _hold(self, notice: DeliveryRequested, provider: Provider) -> Hold:
        """The message's places. One with the provider is waited for a moment, then it is another's turn."""
        until = time.monotonic() + TURN
        while True:
            hold = await self.shares.take(notice, provider)
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
            await self.pause(provider, str(error))
            return None
        except ProviderDown as error:
            provider.breaker.failed(str(error))
            logger.warning("provider_down", provider=provider.name, error=str(error))
            return None
        provider.breaker.succeeded()
        return session

    async def _attempt(
        self, journal: Journal, state: Ready, provider: Provider, session: Session, hold: Hold, *, others: bool
    ) -> None:
        started = await self._start(journal, state.notice, provider, session)
        if started is None:
            await self.shares.settle(hold, OVERTAKEN)
            return
        result = await self._give(session, state.notice, started)
        await self.shares.settle(hold, result)
        if isinstance(result, NotSent) and result.misconfigured:
            await self.pause(provider, f"{result.code} {result.reason}")
        await self._record(journal, state, started, result, others=others)

    async def _start(
        self, journal: Journal, notice: DeliveryRequested, provider: Provider, session: Session
    ) -> AttemptStarted | None:
        """The start, committed; ``None`` where somebody else was faster."""
        now = datetime.now(UTC)
        transport = provider.transport
        command = StartAttempt(
            context=await journal.context(),
            delivery_id=notice.delivery_id,
            provider=provider.name,
            worker=self.worker,
            segments=transport.segments(notice),
            at=now,
            lease_until=now + timedelta(seconds=transport.lease_seconds),
        )
        try:
            events = await journal.commit(command)
        except BaseException as error:
            await session.release()
            if isinstance(error, RefusedByRule):
                return None
            raise
        return next((event for event in events if isinstance(event, AttemptStarted)), None)

    async def _give(self, session: Session, notice: DeliveryRequested, started: AttemptStarted) -> Result:
        if datetime.now(UTC) - started.started_at > (started.lease_until - started.started_at) / 2:
            await session.release()
            return NotSent("late-start", "the log took too long to take the start in")
        try:
            return await session.send(notice, started.out_id)
        except Exception as error:  # whatever it was, nobody knows how far it came
            logger.error("unforeseen", delivery_id=notice.delivery_id, exc_info=error)
            return Unclear(f"{type(error).__name__}: {error}")

    async def _record(
        self, journal: Journal, state: Ready, started: AttemptStarted, result: Result, *, others: bool
    ) -> None:
        first_at = state.first_at or started.started_at
        notice = state.notice
        command = self._outcome(notice, started, first_at, result, await journal.context(), others=others)
        try:
            await journal.commit(command)
        except RefusedByRule as error:
            logger.warning("outcome_refused", delivery_id=notice.delivery_id, error=str(error))
        logger.info(
            _LOGGED[type(result)],
            delivery_id=notice.delivery_id,
            provider=started.provider,
            attempt=started.attempt,
            correlation_id=journal.correlation_id,
            cause=notice.cause_type,
            result=str(result),
        )

    def _outcome(
        self,
        notice: DeliveryRequested,
        started: AttemptStarted,
        first_at: datetime,
        result: Result,
        context: Context,
        *,
        others: bool,
    ) -> DeliveryCommand:
        ident, attempt = notice.delivery_id, started.attempt
        match result:
            case Submitted(references, answer):
                return RecordAccepted(
                    context=context, delivery_id=ident, attempt=attempt, references=references, answer=answer
                )
            case Declined(code, reason):
                return RecordRejected(context=context, delivery_id=ident, attempt=attempt, code=code, reason=reason)
            case Unclear(reason):
                return RecordUnknown(context=context, delivery_id=ident, attempt=attempt, reason=reason)
            case NotSent(code, reason):
                again: datetime | None = datetime.now(UTC)
                if not others and not result.misconfigured:
                    again = self.next_try(notice, attempt, first_at)
                if again is not None and result.wait:
                    again = max(again, datetime.now(UTC) + timedelta(seconds=result.wait))
                return RecordNotSent(
                    context=context, delivery_id=ident, attempt=attempt, code=code, reason=reason, retry_at=again
                )

    def next_try(self, notice: DeliveryRequested, attempt: int, first_at: datetime) -> datetime | None:
        """When what was not sent is tried again; ``None``: it is given up. One round goes to every provider once."""
        rounds = -(-attempt // max(1, len(self.providers.get(notice.channel, ()))))
        return retry_at(
            notice.channel,
            rounds,
            first_at,
            datetime.now(UTC),
            pace=self.pace,
            jitter=random.random(),  # noqa: S311 - spreads retries, keeps no secret
            statutory=notice.statutory,
        )

    async def give_up(self, delivery_id: str, attempt: int, reason: str) -> None:
        """Record that nobody knows what came of an attempt, unless somebody does."""
        journal = await self.journals.open(delivery_id)
        if not journal.version:
            return
        command = RecordUnknown(
            context=await journal.context(), delivery_id=delivery_id, attempt=attempt, reason=reason
        )
        try:
            await journal.commit(command)
        except RefusedByRule:
            return
