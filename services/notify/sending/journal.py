"""A delivery's stream in the sender's hands: read once, then decided on and appended to at the version that is
known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar
from uuid import UUID

from services.notify.aggregates.delivery import DELIVERY
from services.notify.aggregates.delivery.commands import DeliveryCommand
from services.notify.aggregates.delivery.state import Delivery, WithProvider
from shared.contracts.core import Context, Envelope, Event, Refusal
from shared.eventlog.batching import Together
from shared.eventlog.errors import LogUnavailable, VersionConflict
from shared.eventlog.wording import describe
from shared.expiring import ExpiringCache
from shared.privacy.keystore import LEASE
from shared.projections.parking import is_poison
from shared.retrying import Pauses, retry
from shared.service import contexts
from shared.service.logs import logger_of
from shared.service.runner import Refused as RefusedByRule
from shared.service.service import Service

logger = logger_of("sending")

T = TypeVar("T")
KEPT_MOST = 2048
"""Journals that are kept at a time, each for as long as a person's key: what is erased is gone here just as soon."""


@dataclass(slots=True)
class Journal:
    """``state`` is the delivery at ``version``; ``correlation_id`` and ``cause`` are of its first event."""

    service: Service
    delivery_id: str
    state: Delivery = DELIVERY.initial
    version: int = 0
    correlation_id: str = ""
    cause: UUID | None = None
    policy_version: str = ""

    async def load(self) -> Journal:
        """Read the stream. Raises what the log raises."""
        return self.of(await self.service.log.read_stream(DELIVERY.stream(self.delivery_id)))

    def of(self, envelopes: Sequence[Envelope]) -> Journal:
        """The journal as these events, all of its stream, have it."""
        self.state = reduce(DELIVERY.evolve, (envelope.event for envelope in envelopes), DELIVERY.initial)
        self.version = len(envelopes)
        if envelopes:
            first = envelopes[0]
            self.correlation_id, self.cause = first.correlation_id, first.event_id
            self.policy_version = first.policy_version
        return self

    async def context(self, command_id: UUID | None = None) -> Context:
        """A context of the service's own, now."""
        return contexts.of_today(
            contexts.system_actor(self.service.name),
            await insist(self.service.clock.now),
            command_id=command_id,
            correlation_id=self.correlation_id,
            causation_id=self.cause,
            policy_version=self.policy_version,
        )

    async def commit(self, command: DeliveryCommand) -> tuple[Event, ...]:
        """Decide and append until the log has said yes or no. Gives no events where the delivery was in that state
        already.

        The command's id makes a repetition harmless. Raises ``Refused`` where a rule refuses.
        """
        return await insist(lambda: self._commit(command))

    async def _commit(self, command: DeliveryCommand) -> tuple[Event, ...]:
        outcome = DELIVERY.decide(self.state, command)
        if isinstance(outcome, Refusal):
            raise RefusedByRule(outcome)
        if not outcome:
            return ()
        stream = DELIVERY.stream(self.delivery_id)
        try:
            appended = await self.service.log.append(stream, self.version, outcome, command.context)
        except VersionConflict:
            await self.load()
            return await self._commit(command)
        self.state = reduce(DELIVERY.evolve, outcome, self.state)
        self.version = appended.version
        return outcome


class Journals:
    """Opens journals; those asked for at the same time are read in one round trip.

    One that waits for a receipt may be kept for a moment, as the receipt mostly follows at once. If it is no longer the
    newest, the log refuses what was decided on it, and it is read again.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._read = Together(self._read_all, most=100)
        self._kept: ExpiringCache[str, Journal] = ExpiringCache(LEASE, KEPT_MOST)

    async def open(self, delivery_id: str) -> Journal:
        """A delivery's journal, for the caller alone. Raises what the log raises."""
        kept = self._kept.pop(delivery_id)
        if kept is not None:
            return kept
        return Journal(self._service, delivery_id).of(await self._read(delivery_id))

    def keep(self, journal: Journal) -> None:
        """Take a journal back from who opened it, until its receipt comes; the caller lets go of it."""
        state = journal.state
        if isinstance(state, WithProvider) and state.references and not state.final:
            self._kept.put(journal.delivery_id, journal)

    async def _read_all(self, delivery_ids: Sequence[str]) -> list[list[Envelope]]:
        return await self._service.log.read_streams([DELIVERY.stream(delivery_id) for delivery_id in delivery_ids])


async def insist(action: Callable[[], Awaitable[T]]) -> T:
    """Try until the servers answer. Raises what does not lie in the servers: a refusal, a fault in the code."""
    return await retry(action, outlives=_outlives, pauses=Pauses(0.05, 2.0))


def _outlives(error: Exception) -> bool:
    if isinstance(error, RefusedByRule) or (is_poison(error) and not isinstance(error, LogUnavailable)):
        return False
    logger.warning("trying_again", error=describe(error))
    return True


__all__ = ["Journal", "Journals"]
