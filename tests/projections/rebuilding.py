"""A process to be killed: rebuilds notify's deliveries with two processes, and each of them stops for good in its
second write, after the first was committed.

``python -m tests.projections.rebuilding URL`` says "hanging" for each.
"""

import asyncio
import os
import sys
import time
from typing import NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.notify.views import DELIVERIES
from shared.eventlog.log import EventLog
from shared.projections.partitions import PartitionBookmark
from shared.projections.rebuilding.filling import Effort
from shared.projections.rebuilding.rebuild import rebuild

OFTEN = Effort(page=100, rows=10_000, events=200, processes=2, worth=1)


def hang() -> NoReturn:
    os.write(1, b"hanging\n")
    while True:
        time.sleep(60)


async def main(url: str) -> None:
    advance, seen = PartitionBookmark.advance, 0

    async def advancing(self: PartitionBookmark, connection: AsyncConnection, seq: int) -> None:
        nonlocal seen
        await advance(self, connection, seq)
        seen += 1
        if seen == 2:
            hang()

    PartitionBookmark.advance = advancing  # type: ignore[method-assign]
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with await EventLog.open(url) as log:
        await rebuild(log, engine, DELIVERIES, "notify", effort=OFTEN)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
