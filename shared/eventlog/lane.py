"""One connection for appending: sends groups of commands to ``log.append`` until they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from hashlib import sha1
from typing import Any

import asyncpg
from asyncpg.pgproto.pgproto import UUID
from asyncpg.prepared_stmt import PreparedStatement

from shared.contracts.core import JUQU_NAMESPACE
from shared.eventlog.errors import CategoryForbidden, LogUnavailable
from shared.eventlog.pending import Pending, fail
from shared.eventlog.trouble import Pauses, passes

_CALL = "call log.append($1, null)"
_SETTINGS = {
    "application_name": "juqu append",
    # A plan made while the table is small must serve when it is large, and planning costs more than the work.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "jit": "off",
    # Should this process stop in the middle of sending a call, the server ends it.
    "transaction_timeout": "5s",
}


_NAMESPACE = JUQU_NAMESPACE.bytes


class Lane:
    """Connects when first used, and again after any error."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._append: PreparedStatement[Any] | None = None

    async def send(self, group: list[Pending]) -> None:
        """Have a group answered, sending it again while trouble passes: the command ids make that safe."""
        try:
            await self._call(group)
        except Exception as failed:  # noqa: BLE001 - its callers are told
            self.drop()
            await self._insist(group, failed)
        except asyncio.CancelledError:
            self.drop()
            raise

    async def _insist(self, group: list[Pending], error: Exception) -> None:
        loop = asyncio.get_running_loop()
        pauses = Pauses()
        while passes(error):
            await pauses.take()
            group = _still_waiting(group, loop.time(), error)
            if not group:
                return
            try:
                await self._call(group)
                return
            except Exception as failed:  # noqa: BLE001 - its callers are told
                self.drop()
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
        until = min([pending.deadline for pending in group])
        append = self._append
        if append is None or self._connection is None or self._connection.is_closed():
            async with asyncio.timeout_at(until):
                append = await self._connect()
        within = until - asyncio.get_running_loop().time()
        verdicts = await append.fetchval([fact for pending in group for fact in _facts(pending)], timeout=within)
        for pending, verdict in zip(group, verdicts, strict=True):
            pending.settle(*verdict)

    async def _connect(self) -> PreparedStatement[Any]:
        self._connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=5)
        self._append = await self._connection.prepare(_CALL)
        return self._append

    def drop(self) -> None:
        """Let go of the connection; what it was doing is unknown."""
        self._append = None
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _facts(pending: Pending) -> list[tuple[object, ...]]:
    """A command's events as ``log.fact``, in the order of its parts."""
    context = pending.context
    command = f"{context.command_id}\x1f"
    return [
        (
            context.command_id,
            pending.stream,
            pending.expected_version,
            _event_id(f"{command}{ordinal}"),
            context.causation_id,
            context.effective_on,
            fact.schema_version,
            fact.internal,
            fact.type,
            context.actor.subject,
            context.actor.office,
            context.correlation_id,
            context.policy_version,
            fact.data,
        )
        for ordinal, fact in enumerate(pending.facts)
    ]


def _event_id(name: str) -> UUID:
    """``derived_id`` of a command's id and an ordinal, in the form that the driver sends fastest."""
    digest = bytearray(sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes(digest))


def _still_waiting(group: Iterable[Pending], now: float, error: Exception | None) -> list[Pending]:
    """Those who wait and still may; the others are told that there was no answer in time."""
    group = [pending for pending in group if pending.waiting]
    for pending in group:
        if error is not None and pending.deadline <= now:
            told = LogUnavailable(f"no answer in time: {error or type(error).__name__}")
            told.__cause__ = error
            pending.fail(told)
    return [pending for pending in group if pending.waiting]


__all__ = ["Lane"]
