"""A process that appends: ``python -m tests.eventlog.writer URL SEED COUNT``.

It writes ``COUNT`` commands of two events, eight at a time, and prints each one's id, first and last seq. The same seed
writes the same commands.
"""

from __future__ import annotations

import asyncio
import json
import sys

from shared.contracts.core import derived_id
from shared.eventlog.log import EventLog
from tests.eventlog.facts import context, endorsed


async def write(log: EventLog, seed: str, number: int) -> tuple[str, int, int]:
    """One command."""
    command_id = derived_id(seed, str(number))
    appended = await log.append(
        f"intake/application/{command_id}", 0, [endorsed(seed), endorsed(str(number))], context(command_id)
    )
    return str(command_id), appended.first_seq, appended.last_seq


async def main(url: str, seed: str, count: int) -> None:
    """All of them."""
    at_once = asyncio.Semaphore(8)

    async def one(number: int) -> tuple[str, int, int]:
        async with at_once:
            return await write(log, seed, number)

    async with await EventLog.open(url) as log:
        print(json.dumps(await asyncio.gather(*(one(number) for number in range(count)))))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
