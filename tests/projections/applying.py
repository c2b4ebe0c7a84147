"""A process to be killed: applies the ledger's history in pages, and stops for good in the middle of one.

``python -m tests.projections.applying URL PAGE HANG_AT WHERE`` says "hanging" when it has come to the event
``HANG_AT``: while folding it (WHERE "fold"), after the page's rows are written and before the commit ("written", the
long way), or when one statement has done both and nobody was told yet ("answered").
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.contracts.core import Envelope
from shared.eventlog.epochs import Footing
from shared.projections.one_call import Left, OneCall
from shared.projections.positions import Positions
from shared.projections.projector import Projector
from shared.projections.working_set import WorkingSet
from tests.projections.ledger import LEDGER, history


def hang() -> NoReturn:
    sys.stdout.write("hanging\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


async def main(url: str, page: int, hang_at: int, where: str) -> None:
    fold, advance, apply = WorkingSet.fold, Positions.advance, OneCall.apply

    def folding(self: WorkingSet, envelope: Envelope) -> None:
        fold(self, envelope)
        if where == "fold" and envelope.seq == hang_at:
            hang()

    async def advancing(
        self: Positions, connection: AsyncConnection, name: str, seq: int, footing: Footing | None = None
    ) -> datetime:
        at = await advance(self, connection, name, seq, footing)
        if where == "written" and seq >= hang_at:
            hang()
        return at

    async def applying(
        self: OneCall, page: Sequence[Envelope], upto: int, left: Left, footing: Footing | None = None
    ) -> Left | None:
        if where == "written":
            return None
        found = await apply(self, page, upto, left, footing)
        if where == "answered" and upto >= hang_at:
            hang()
        return found

    WorkingSet.fold = folding  # type: ignore[method-assign]
    Positions.advance = advancing  # type: ignore[method-assign]
    OneCall.apply = applying  # type: ignore[method-assign]
    projector = Projector(create_async_engine(url), LEDGER, "intake")
    await projector.prepare()
    after = await projector.position()
    for start in range(after, 500, page):
        await projector.apply(history(500)[start : start + page], start + page)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
