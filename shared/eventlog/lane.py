"""One connection for appending: sends groups of commands to ``log.append`` until they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from shared.eventlog.epochs import Epochs
from shared.eventlog.errors import CategoryForbidden, LogUnavailable
from shared.eventlog.pending import Pending, fail, settle_together
from shared.eventlog.trouble import passes, pauses

_CALL = "call log.append($1, null)"
_CALL_ONE = "call log.append_one($1, null)"
_SETTINGS = {
    "application_name": "juqu append",
    # A plan made while the table is small must serve when it is large, and planning costs more than the work.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "jit": "off",
    # Should this process stop in the middle of sending a call, the server ends it.
    "transaction_timeout": "5s",
}


class Lane:
    """Connects when first used, and again after any error. In a group the first caller's patience ends first."""

    def __init__(self, url: str, epochs: Epochs | None = None) -> None:
        self._url = url
        self._epochs = epochs or Epochs()
        self._epoch: UUID | None = None
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._append: PreparedStatement[Any]
        self._append_one: PreparedStatement[Any]
        self._until: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, group: list[Pending]) -> None:
        """Have a group answered, sending it again while trouble passes: the command ids make that safe."""
        try:
            await self._call(group)
        except Exception as failed:  # noqa: BLE001 - its callers are told
            await self._insist(group, failed)

    async def _insist(self, group: list[Pending], error: Exception) -> None:
        loop = asyncio.get_running_loop()
        between = pauses()
        while passes(error):
            await between.take()
            group = _still_waiting(group, loop.time(), error)
            if not group:
                return
            try:
                await self._call(group)
                return
            except Exception as failed:  # noqa: BLE001 - its callers are told
                error = failed
        await self._part(group, error)

    async def _part(self, group: list[Pending], error: Exception) -> None:
        if len(group) > 1:
            # One of them cannot be stored (which the server says of all): each goes alone, so that only that one fails.
            for pending in group:
                await self.send([pending])
        elif isinstance(error, asyncpg.InsufficientPrivilegeError):
            fail(group, CategoryForbidden(group[0].stream))
        else:
            fail(group, error)

    async def _call(self, group: list[Pending]) -> None:
        """One call. Whatever interrupts it, even a caller who leaves, closes the connection."""
        try:
            await self._answer(group)
        except BaseException:
            self.drop()
            raise
        finally:
            self._until = None

    async def _answer(self, group: list[Pending]) -> None:
        first = group[0]
        if self._connection is None or self._connection.is_closed() or self._epoch != self._epochs.current:
            self.drop()
            async with asyncio.timeout_at(first.deadline):
                await self._connect()
        if group := self._founded(group):
            await self._send(group)

    def _founded(self, group: list[Pending]) -> list[Pending]:
        """Those that rest on nothing that the log has lost since; the others fail."""
        lost = [pending for pending in group if pending.epoch != self._epoch and not self._holds(pending)]
        if not lost:
            return group
        fail(lost, LogUnavailable("the log lost events that were known when this was decided"))
        return [pending for pending in group if pending not in lost]

    def _holds(self, pending: Pending) -> bool:
        return pending.epoch is None or self._epochs.holds(pending.epoch, pending.rests_on)

    async def _send(self, group: list[Pending]) -> None:
        first = group[0]
        self._watch(first.deadline)
        if len(group) == 1 and len(first.facts) == 1:
            first.settle(*await self._append_one.fetchval(first.facts[0]))
            return
        verdicts = await self._append.fetchval([fact for pending in group for fact in pending.facts])
        if len(verdicts) < len(group):
            (whole,) = verdicts
            settle_together(group, whole["first_seq"], whole["recorded_at"])
            return
        for pending, verdict in zip(group, verdicts, strict=True):
            pending.settle(*verdict)

    def _watch(self, until: float) -> None:
        """Have the call that begins cut off at ``until`` (the loop's clock). One timer serves all calls: making and
        cancelling one for each would be among the most expensive steps of a lone call."""
        self._until = until
        if self._timer is None or until < self._timer.when():
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_at(until, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._until is None:
            return
        if asyncio.get_running_loop().time() < self._until:
            self._watch(self._until)
        elif self._connection is not None:
            self._connection.terminate()

    async def _connect(self) -> None:
        self._connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=5)
        self._epoch = await self._epochs.enter(self._connection)
        self._append = await self._connection.prepare(_CALL)
        self._append_one = await self._connection.prepare(_CALL_ONE)

    def drop(self) -> None:
        """Let go of the connection; what it was doing is unknown."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _still_waiting(group: Iterable[Pending], now: float, error: Exception | None) -> list[Pending]:
    """Callers that may go on waiting; the others fail, as there was no answer in time."""
    group = [pending for pending in group if pending.waiting]
    for pending in group:
        if error is not None and pending.deadline <= now:
            late = LogUnavailable(f"no answer in time: {error or type(error).__name__}")
            late.__cause__ = error
            pending.fail(late)
    return [pending for pending in group if pending.waiting]


__all__ = ["Lane"]
