"""Running a decider: load the stream, fold it, decide, append. Decide again when somebody else appended first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from shared.contracts.core import Command, Decider, Envelope, Event, Outcome, Refusal, RuleKind
from shared.eventlog.errors import CommandReused, VersionConflict
from shared.eventlog.log import EventLog
from shared.programme.acting import decided
from shared.programme.dates.chronology import untimely
from shared.service.command_id import same_key
from shared.service.folding import Folded, Folds
from shared.service.loading import Loads
from shared.service.logs import logger_of

logger = logger_of("runner")

S = TypeVar("S")
C = TypeVar("C", bound=Command)
ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Executed:
    """What a command did: the stream's version now, the last ``seq`` it wrote (0 where it changed nothing), its events.

    ``replayed`` says that the same command id had been executed before, and this is its first result.
    """

    ident: str
    seq: int
    version: int
    events: tuple[Event, ...]
    replayed: bool = False


class Refused(Exception):
    """A decider refused the command."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.rule.sentence} {refusal.detail}".strip())
        self.refusal = refusal


class Runner:
    """Executes commands against the log."""

    def __init__(self, eventlog: EventLog) -> None:
        self._log = eventlog
        self._loads = Loads(eventlog)
        self._folds = Folds(eventlog, self._loads)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def state(self, decider: Decider[S, Any], ident: str) -> tuple[S, int]:
        """The state of an aggregate now, and its stream's version (0 where it has none)."""
        folded = await self._folds.of(decider, ident)
        return folded.state, folded.version

    async def execute(
        self,
        decider: Decider[S, C],
        ident: str,
        command: C,
        *,
        expected_version: int | None = None,
        new: bool = False,
    ) -> Executed:
        """Execute a command on the aggregate ``ident``.

        With ``expected_version`` the command is decided on that version only (raises ``VersionConflict``); without it a
        conflict is decided again on the newer state. Raises ``Refused`` when a rule refuses and ``CommandReused`` when
        the command's id stands for something else. The same command again gives the first result. ``new`` says that the
        aggregate probably does not exist yet: an append at version 0 is tried first, which saves a read. If it does
        exist, the command is decided as usual.
        """
        if expected_version is not None:
            return await self._execute(decider, ident, command, expected_version)
        if new and (opened := await self._open(decider, ident, command)) is not None:
            return opened
        with suppress(VersionConflict):
            return await self._execute(decider, ident, command)
        async with self._locks.setdefault(decider.stream(ident), asyncio.Lock()):
            for _ in range(ATTEMPTS - 2):  # one was made above, and the last one, below, may raise
                with suppress(VersionConflict):
                    return await self._execute(decider, ident, command)
            return await self._execute(decider, ident, command)

    async def would(self, decider: Decider[S, C], ident: str, command: C) -> Outcome:
        """What a command would make happen now: new events, none, or the refusal. Nothing is stored.

        One that was executed before gives the events of its first result. Raises ``CommandReused`` like ``execute``.
        """
        folded = await self._folds.of(decider, ident)
        if folded.holds(command.context.command_id):
            before = first_result(ident, await self._loads.stream(decider.stream(ident)), command)
            if before is not None:
                return before.events
        command, outcome = _decided(decider, folded, command)
        if isinstance(outcome, Refusal) or not outcome:
            return outcome
        return _untimely(decider, command, folded.history) or outcome

    async def _open(self, decider: Decider[S, C], ident: str, command: C) -> Executed | None:
        """Try the command as the first of its stream; ``None`` if it must be decided on what is there.

        That the log takes it at version 0 proves that there was nothing.
        """
        outcome = decided(decider, decider.initial, command)
        if outcome and not isinstance(outcome, Refusal) and _untimely(decider, command, ()) is None:
            with suppress(VersionConflict, CommandReused):
                return await self._append(decider, ident, 0, outcome, command)
        return None

    async def _execute(
        self, decider: Decider[S, C], ident: str, command: C, expected_version: int | None = None
    ) -> Executed:
        folded = await self._folds.of(decider, ident)
        version = folded.version
        if folded.holds(command.context.command_id):
            before = first_result(ident, await self._loads.stream(decider.stream(ident)), command)
            if before is not None:
                return before
        command, outcome = _decided(decider, folded, command)
        if expected_version is not None and expected_version != version and not _goes_before_conflict(outcome):
            raise VersionConflict(decider.stream(ident), expected_version, version)
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        if not outcome:
            return Executed(ident, 0, version, ())
        if refusal := _untimely(decider, command, folded.history):
            raise Refused(refusal)
        return await self._append(decider, ident, version, outcome, command)

    async def _append(
        self, decider: Decider[S, C], ident: str, version: int, events: Sequence[Event], command: C
    ) -> Executed:
        context = command.context
        appended = await self._log.append(decider.stream(ident), version, events, context)
        logger.info(
            "executed",
            command=type(command).__name__,
            stream=decider.stream(ident),
            seq=appended.last_seq,
            events=[type(event).__name__ for event in events],
            correlation_id=context.correlation_id,
            office=context.actor.office,
        )
        return Executed(ident, appended.last_seq, appended.version, tuple(events), appended.replayed)


def _decided(decider: Decider[S, C], folded: Folded[S], command: C) -> tuple[C, Outcome]:
    if folded.history:
        command = _under_its_own_policy(command, folded.history[0])
    return command, decided(decider, folded.state, command)


def _goes_before_conflict(outcome: Outcome) -> bool:
    """Whether a refusal is given even when the expected version is stale: nobody learns about a case not theirs."""
    return isinstance(outcome, Refusal) and outcome.rule.kind in (RuleKind.SCOPE, RuleKind.ABSENT)


def _untimely(decider: Decider[S, C], command: C, history: Sequence[Envelope]) -> Refusal | None:
    return untimely(f"{decider.category}.{type(command).__name__}", command, history)


def _under_its_own_policy(command: C, begun: Envelope) -> C:
    """The command in the policy version that the aggregate began under: an old case is judged by its own."""
    if begun.policy_version == command.context.policy_version:
        return command
    return replace(command, context=replace(command.context, policy_version=begun.policy_version))


def first_result(ident: str, envelopes: Sequence[Envelope], command: Command) -> Executed | None:
    """What a command did when it was executed before, read from its stream; ``None`` where it was not.

    Raises ``CommandReused`` when the key of its id stands for another request.
    """
    command_id = command.context.command_id
    mine = [envelope for envelope in envelopes if same_key(envelope.command_id, command_id)]
    if not mine:
        return None
    if mine[0].command_id != command_id:
        raise CommandReused(command_id)
    return Executed(ident, mine[-1].seq, mine[-1].version, tuple(envelope.event for envelope in mine), True)
