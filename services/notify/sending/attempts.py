"""One attempt: its start is committed before its first byte leaves, and what became of it afterwards."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.notify.aggregates.delivery.commands import (
    DeliveryCommand,
    RecordAccepted,
    RecordNotSent,
    RecordRejected,
    RecordUnknown,
    StartAttempt,
)
from services.notify.aggregates.delivery.state import Ready
from services.notify.channels.outcome import NotSent, Result, Session, Submitted, TurnedDown, Unclear
from services.notify.sending.journal import Journal, Journals
from services.notify.sending.pacing import retry_at
from services.notify.sending.providers import Provider, Providers
from services.notify.sending.shares import Hold, Shares
from shared.contracts.core import Context
from shared.contracts.notify import AttemptStarted, DeliveryRequested
from shared.service.logs import logger_of
from shared.service.runner import Refused as RefusedByRule

logger = logger_of("sending")

OVERTAKEN = NotSent("late-start", "somebody else was faster")
_LOGGED = {Submitted: "taken", NotSent: "notsent", TurnedDown: "refused", Unclear: "unclear"}
"""What the log calls the result of an attempt."""
Pause = Callable[[Provider, str], Awaitable[None]]
"""Pauses a provider for a reason, durably."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes attempts. ``worker`` is this process, named for good; ``pace`` stretches the pauses between attempts."""

    providers: Providers
    worker: str
    shares: Shares
    pause: Pause
    journals: Journals
    pace: float

    async def make(
        self, journal: Journal, state: Ready, provider: Provider, session: Session, hold: Hold, *, others: bool
    ) -> None:
        """Attempt a delivery; ``others``: there are more providers to try at once. Raises what the log raises before
        the start."""
        started = await self._start(journal, state.notice, provider, session)
        if started is None:
            await self.shares.settle(hold, OVERTAKEN)
            return
        result = await _give(session, state.notice, started)
        await self.shares.settle(hold, result)
        if isinstance(result, NotSent) and result.misconfigured:
            await self.pause(provider, f"{result.code} {result.reason}")
        await self._record(journal, state, started, result, others=others)

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

    async def _record(
        self, journal: Journal, state: Ready, started: AttemptStarted, result: Result, *, others: bool
    ) -> None:
        notice = state.notice
        again: datetime | None = None
        if isinstance(result, NotSent):
            again = self._again(result, notice, started, state.first_at or started.started_at, others=others)
        try:
            await journal.commit(_outcome(started, result, await journal.context(), again))
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

    def _again(
        self, result: NotSent, notice: DeliveryRequested, started: AttemptStarted, first_at: datetime, *, others: bool
    ) -> datetime | None:
        """When it is tried again: at once where there is another provider or the account is to be mended."""
        again: datetime | None = datetime.now(UTC)
        if not others and not result.misconfigured:
            again = self.next_try(notice, started.attempt, first_at)
        if again is not None and result.wait:
            again = max(again, datetime.now(UTC) + timedelta(seconds=result.wait))
        return again


async def _give(session: Session, notice: DeliveryRequested, started: AttemptStarted) -> Result:
    if datetime.now(UTC) - started.started_at > (started.lease_until - started.started_at) / 2:
        await session.release()
        return NotSent("late-start", "the log took too long to take the start in")
    try:
        return await session.send(notice, started.out_id)
    except Exception as error:
        # Whatever it was, nobody knows how far the message came.
        logger.error("unforeseen", delivery_id=notice.delivery_id, exc_info=error)
        return Unclear(f"{type(error).__name__}: {error}")


def _outcome(started: AttemptStarted, result: Result, context: Context, again: datetime | None) -> DeliveryCommand:
    ident, attempt = started.delivery_id, started.attempt
    match result:
        case Submitted(references, answer):
            return RecordAccepted(
                context=context, delivery_id=ident, attempt=attempt, references=references, answer=answer
            )
        case TurnedDown(code, reason):
            return RecordRejected(context=context, delivery_id=ident, attempt=attempt, code=code, reason=reason)
        case Unclear(reason):
            return RecordUnknown(context=context, delivery_id=ident, attempt=attempt, reason=reason)
        case NotSent(code, reason):
            return RecordNotSent(
                context=context, delivery_id=ident, attempt=attempt, code=code, reason=reason, retry_at=again
            )
