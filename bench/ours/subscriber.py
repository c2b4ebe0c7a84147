"""Another service's read model: follows intake through Redis, and says when each event became visible.

``python -m bench.ours.subscriber`` prints a line a page: the seq that it reached, and the machine's monotonic clock.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence

import uvloop
from sqlalchemy.ext.asyncio import create_async_engine

from bench.worker import calm_collector
from services.intake.views.timeline import TIMELINE
from shared.contracts.core import Envelope
from shared.eventlog.epochs import Footing
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import stream_of
from shared.messaging.streams import Subscriptions
from shared.projections.projection import Projection
from shared.projections.projector import Projector

MODEL = Projection("review.timeline_of_intake", version=1, categories=("intake",), views=(TIMELINE,))
"""A row an event, kept by review of what intake does."""


class Watched(Projector):
    """Says what is visible once its transaction is."""

    async def apply(self, page: Sequence[Envelope], upto: int, footing: Footing | None = None) -> None:
        await super().apply(page, upto, footing)
        print(upto, time.monotonic(), flush=True)


async def main(database_url: str, redis_url: str) -> None:
    """Follow until standard input ends."""
    engine = create_async_engine("postgresql+asyncpg://" + database_url.partition("://")[2])
    projector = Watched(engine, MODEL, "review")
    await projector.prepare()
    async with await EventLog.open(database_url) as log:
        subscriptions = Subscriptions(log, redis_url)
        subscriptions.add(projector, source=stream_of("intake"), categories=MODEL.categories)
        async with subscriptions:
            calm_collector()
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.read)
    await engine.dispose()


if __name__ == "__main__":
    uvloop.run(main(os.environ["JUQU_DATABASE_URL"], os.environ["JUQU_REDIS_URL"]))
