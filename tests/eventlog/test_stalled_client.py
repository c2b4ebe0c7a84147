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

from shared.eventlog.log import EventLog
from tests.eventlog.facts import context, endorsed, is_whole, stream
from tests.eventlog.stalling import Wire
from tests.servers import Database

WITHOUT_END = 5
"""Bytes of the last message of a call, Sync; without it the server has all there is to do, but not the end of it."""


@dataclass
class Client:
    """A process that has appended twice and waits to append for the third time, a call of ``call`` bytes."""

    process: Process
    wire: Wire
    call: int

    async def stall(self, at: int) -> None:
        """Let it append, cut its call after so many bytes, and stop it there."""
        self.wire.cut_after(at)
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        await asyncio.wait_for(self.wire.cut.wait(), 10)
        self.process.send_signal(signal.SIGSTOP)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    async with Wire(database.url("intake")).open() as wire:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.eventlog.stalling", wire.url, stdin=PIPE, stdout=PIPE
        )
        assert process.stdout is not None
        try:
            assert await asyncio.wait_for(process.stdout.readline(), 20) == b"ready\n"
            yield Client(process, wire, await _bytes_of_a_call(database))
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _bytes_of_a_call(database: Database) -> int:
    """What the client's third append sends."""
    async with Wire(database.url("intake")).open() as wire, await EventLog.open(wire.url) as log:
        await log.append(stream(), 0, [endorsed("x" * 3000)], context())
        before = wire.sent
        await log.append("intake/application/9", 0, [endorsed("x" * 3000)], context())
        return wire.sent - before


POINTS: dict[str, Callable[[int], int]] = {
    "at the first byte": lambda call: min(1, call),
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

    assert took < 2, f"{took} s behind a client that was stopped {point}"
    client.wire.mend()
    if ending == signal.SIGSTOP:
        client.process.send_signal(signal.SIGCONT)
        assert client.process.stdout is not None
        first_seq = int(await asyncio.wait_for(client.process.stdout.readline(), 20))
        written = await log.find_command(UUID(int=3))
        assert written is not None
        assert written.first_seq == first_seq
    events = await log.read_raw(0)
    assert is_whole(events)
    assert len(events) == 24 + (await log.find_command(UUID(int=3)) is not None)


async def test_a_call_that_lacks_only_its_end_is_written(client: Client, log: EventLog) -> None:
    await client.stall(client.call - WITHOUT_END)

    async with asyncio.timeout(5):
        while await log.find_command(UUID(int=3)) is None:
            await asyncio.sleep(0.01)
