"""A client that is stopped or killed anywhere in an append holds up nobody, and its command is written once or not."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest

from shared.eventlog.log import EventLog, StoredEvent
from tests.eventlog.facts import context, endorsed, is_whole, stream
from tests.eventlog.stalling import Wire
from tests.servers import Database

WITHOUT_END = 5
"""Bytes of the last message of a call, Sync; without it the server has all there is to do, but not the end of it."""
THIRD = UUID(int=3)
"""The command of the client's third append."""


@dataclass
class Client:
    """A process that appends when told to. The calls of its second and third append are equally long: ``call``."""

    process: Process
    wire: Wire
    call: int = 0

    async def append(self) -> int:
        """Let it append, and learn where that stands."""
        self.begin()
        return await self.answer()

    def begin(self) -> None:
        """Let it append."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")

    async def answer(self) -> int:
        """Where its append stands."""
        assert self.process.stdout is not None
        return int(await asyncio.wait_for(self.process.stdout.readline(), 20))

    async def stall(self, at: int) -> None:
        """Let it append, cut its call after so many bytes, and stop it there."""
        self.wire.cut_after(at)
        self.begin()
        await asyncio.wait_for(self.wire.cut.wait(), 10)
        self.process.send_signal(signal.SIGSTOP)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    """Has appended twice."""
    async with Wire(database.url("intake")).open() as wire:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.eventlog.stalling", wire.url, stdin=PIPE, stdout=PIPE
        )
        client = Client(process, wire)
        try:
            assert await client.append() == 1
            before = wire.sent
            assert await client.append() == 2
            client.call = wire.sent - before
            yield client
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


POINTS: dict[str, Callable[[int], int]] = {
    "after a few bytes": lambda call: call // 100,
    "in the middle": lambda call: call // 2,
    "just before the end": lambda call: call - WITHOUT_END - 1,
    "without the end": lambda call: call - WITHOUT_END,
    "after all": lambda call: call,
}


@pytest.mark.parametrize("ending", [signal.SIGSTOP, signal.SIGKILL])
@pytest.mark.parametrize("point", POINTS)
async def test_nobody_waits_for_a_stalled_client(
    client: Client, log: EventLog, point: str, ending: signal.Signals
) -> None:
    await client.stall(POINTS[point](client.call))
    if ending == signal.SIGKILL:
        client.process.kill()

    began = time.monotonic()
    for number in range(20):
        await log.append(stream(), 0, [endorsed(str(number))], context())
    took = time.monotonic() - began

    assert took < 4, f"{took} s behind a client that was stopped {point}"
    client.wire.mend()
    if ending == signal.SIGSTOP:
        client.process.send_signal(signal.SIGCONT)
        first_seq = await client.answer()
        assert [event.seq for event in await log.read_raw(0) if event.command_id == THIRD] == [first_seq]
    events, is_written = await settled(log)
    assert is_whole(events)
    assert len(events) == 22 + is_written


async def settled(log: EventLog) -> tuple[list[StoredEvent], bool]:
    """The log and whether the stalled command is in it, read while nothing was appended between the two: what was on
    its way when the client was killed may still arrive."""
    while True:
        events = await log.read_raw(0)
        is_written = await has_third(log)
        if await log.head() == len(events):
            return events, is_written


async def has_third(log: EventLog) -> bool:
    """Whether the stalled command is in the log."""
    return any(event.command_id == THIRD for event in await log.read_raw(0))


async def test_a_call_that_lacks_only_its_end_is_written(client: Client, log: EventLog) -> None:
    await client.stall(client.call - WITHOUT_END)

    async with asyncio.timeout(5):
        while not await has_third(log):
            await asyncio.sleep(0.01)
