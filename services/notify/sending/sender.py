"""One delivery, one attempt: look, open, commit the start, send, commit what is known of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TypeVar
from uuid import UUID, uuid4

from services.notify.channels.outcome import NotSent, ProviderDown, Refused, Result, Session, Taken, Transport, Unclear
from services.notify.delivery import (
    DELIVERY,
    DeliveryCommand,
    Expire,
    Ready,
    RecordAccepted,
    RecordNotSent,
    RecordRejected,
    RecordUnknown,
    StartAttempt,
    Supersede,
)
from services.notify.delivery.state import Delivery
from services.notify.sending.gate import ProviderGate
from services.notify.sending.pacing import retry_at
from services.notify.supersession import untrue
from shared.contracts.core import Context
from shared.contracts.notify import AttemptStarted, Channel, DeliveryRequested
from shared.contracts.personal import ERASED
from shared.eventlog.errors import LogUnavailable, VersionConflict
from shared.programme.policy import policy_in_force
from shared.projections.parking import is_poison
from shared.service.clock import day
from shared.service.logs import log
from shared.service.reactions import system_actor
from shared.service.runner import Refused as RefusedByRule
from shared.service.running import Service

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an attempt belongs to, for the context of its commands."""

    correlation_id: str
    causation_id: UUID


@dataclass(slots=True)
class Sender:
    """Sends deliveries through their channels' providers. ``worker`` is this process, named for good."""

    service: Service
    transports: Mapping[Channel, Transport]
    gates: Mapping[Channel, ProviderGate]
    worker: str
    pace: float = 1.0
    in_flight: set[str] = field(default_factory=set)

    async def send(self, delivery_id: str) -> None:
        """Send a delivery if it is (still) to be sent. Again: nothing. Raises what the log raises before the start."""
        if delivery_id in self.in_flight:
            return
        self.in_flight.add(delivery_id)
        try:
            await self._send(delivery_id)
        finally:
            self.in_flight.discard(delivery_id)

    async def _send(self, delivery_id: str) -> None:
        state, occasion = await self._look(delivery_id)
        if not isinstance(state, Ready) or occasion is None or await self._is_off(state, occasion):
            return
        notice = state.notice
        gate, transport = self.gates[notice.channel], self.transports[notice.channel]
        try:
            session = await transport.open()
        except ProviderDown as error:
            gate.failed(str(error))
            log("sending").warning("provider_down", provider=transport.name, error=str(error))
            return
        gate.succeeded()
        started = await self._start(notice, transport, session, occasion)
        if started is not None:
            result = await self._give(session, notice, started)
            await self._record(notice, started, state.first_at or started.started_at, result, occasion)

    async def _look(self, delivery_id: str) -> tuple[Delivery, Occasion | None]:
        envelopes = await self.service.log.read_stream(DELIVERY.stream(delivery_id))
        state = reduce(DELIVERY.evolve, (each.event for each in envelopes), DELIVERY.initial)
        return state, Occasion(envelopes[0].correlation_id, envelopes[0].event_id) if envelopes else None

    async def _is_off(self, state: Ready, occasion: Occasion) -> bool:
        notice = state.notice
        context = await self._context(occasion)
        if notice.expires_at is not None and notice.expires_at <= context.now:
            await self._execute(
                Expire(context=context, delivery_id=notice.delivery_id, reason="its time ran out"), notice.delivery_id
            )
            return True
        if notice.address == ERASED:
            command = Supersede(context=context, delivery_id=notice.delivery_id, reason="the recipient was erased")
            await self._execute(command, notice.delivery_id)
            return True
        reason = await untrue(self.service, notice)
        if not reason:
            return False
        await self._execute(
            Supersede(context=context, delivery_id=notice.delivery_id, reason=reason), notice.delivery_id
        )
        return True

    async def _start(
        self, notice: DeliveryRequested, transport: Transport, session: Session, occasion: Occasion
    ) -> AttemptStarted | None:
        """The start, committed; ``None`` where somebody else was faster."""
        now = datetime.now(UTC)
        command = StartAttempt(
            context=await self._context(occasion),
            delivery_id=notice.delivery_id,
            provider=transport.name,
            worker=self.worker,
            segments=transport.segments(notice),
            at=now,
            lease_until=now + timedelta(seconds=transport.lease_seconds),
        )
        try:
            events = await self._execute(command, notice.delivery_id)
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
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody knows how far it came
            log("sending").error("unforeseen", delivery_id=notice.delivery_id, exc_info=error)
            return Unclear(f"{type(error).__name__}: {error}")

    async def _record(
        self,
        notice: DeliveryRequested,
        started: AttemptStarted,
        first_at: datetime,
        result: Result,
        occasion: Occasion,
    ) -> None:
        command = self._outcome(notice, started, first_at, result, await self._context(occasion))
        try:
            await self._execute(command, notice.delivery_id)
        except RefusedByRule as error:
            log("sending").warning("outcome_refused", delivery_id=notice.delivery_id, error=str(error))
        log("sending").info(
            type(result).__name__.lower(),
            delivery_id=notice.delivery_id,
            channel=notice.channel.value,
            attempt=started.attempt,
            correlation_id=occasion.correlation_id,
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
    ) -> DeliveryCommand:
        ident, attempt = notice.delivery_id, started.attempt
        match result:
            case Taken(references, answer):
                return RecordAccepted(
                    context=context, delivery_id=ident, attempt=attempt, references=references, answer=answer
                )
            case Refused(code, reason):
                return RecordRejected(context=context, delivery_id=ident, attempt=attempt, code=code, reason=reason)
            case Unclear(reason):
                return RecordUnknown(context=context, delivery_id=ident, attempt=attempt, reason=reason)
            case NotSent(code, reason):
                again = retry_at(
                    notice.channel,
                    attempt,
                    first_at,
                    datetime.now(UTC),
                    pace=self.pace,
                    jitter=random.random(),  # noqa: S311 - spreads retries, keeps no secret
                )
                return RecordNotSent(
                    context=context, delivery_id=ident, attempt=attempt, code=code, reason=reason, retry_at=again
                )

    async def _context(self, occasion: Occasion) -> Context:
        now = await insist(self.service.clock.now)
        effective_on = day(now)
        return Context(
            actor=system_actor(self.service.definition.name),
            now=now,
            effective_on=effective_on,
            command_id=uuid4(),
            correlation_id=occasion.correlation_id,
            causation_id=occasion.causation_id,
            policy_version=policy_in_force(effective_on).version,
        )

    async def give_up(self, delivery_id: str, attempt: int, reason: str) -> None:
        """Record that nobody knows what came of an attempt, unless somebody does."""
        _, occasion = await self._look(delivery_id)
        if occasion is None:
            return
        command = RecordUnknown(
            context=await self._context(occasion), delivery_id=delivery_id, attempt=attempt, reason=reason
        )
        try:
            await self._execute(command, delivery_id)
        except RefusedByRule:
            return

    async def _execute(self, command: DeliveryCommand, ident: str) -> tuple[object, ...]:
        """Execute it until the log has said yes or no; the same command id makes a repetition harmless."""
        done = await insist(lambda: self.service.runner.execute(DELIVERY, ident, command))
        return done.events


async def insist(action: Callable[[], Awaitable[T]]) -> T:
    """Try until the servers answer. Raises what lies not in the servers: a refusal, a fault in the code."""
    pause = 0.05
    while True:
        try:
            return await action()
        except Exception as error:
            transient = isinstance(error, LogUnavailable | VersionConflict) or not is_poison(error)
            if isinstance(error, RefusedByRule) or not transient:
                raise
            log("sending").warning("trying_again", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
