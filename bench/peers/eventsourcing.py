"""What is measured of the library ``eventsourcing``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.projection import ProjectionRunner

from bench.peers.eventsourcing_case import Cases, CasesProjection, CasesView, EventsourcingCase, case_of, environment
from bench.task import Round, Sample, Spec, Stopwatch, timed

_WAIT = 120.0


@asynccontextmanager
async def append(spec: Spec) -> AsyncIterator[Round]:
    """Cases of ``size`` events saved, by so many threads, each with a connection; one caller saves without a thread."""
    app = Cases(env=environment(spec.owner, spec.callers))
    watch = Stopwatch(spec.callers, spec.seconds)
    events = max(1, spec.size)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(spec.callers) as threads:

        async def act(case: EventsourcingCase) -> None:
            if spec.callers == 1:
                app.save(case)
            else:
                await loop.run_in_executor(threads, app.save, case)

        yield lambda: watch.measure(lambda: case_of(events), act, weight=events)
    app.close()


@asynccontextmanager
async def load(spec: Spec) -> AsyncIterator[Round]:
    """One case of ``size`` events loaded again and again, without snapshots or cache."""
    app = Cases(env=environment(spec.owner, 1))
    case = case_of(spec.size)
    app.save(case)
    watch = Stopwatch(1, spec.seconds)

    async def act(_: None) -> None:
        loaded: EventsourcingCase = app.repository.get(case.id)
        if loaded.endorsements != spec.size:
            raise AssertionError(f"loaded {loaded.endorsements} of {spec.size} events")

    yield lambda: watch.measure(lambda: None, act)
    app.close()


@asynccontextmanager
async def catch_up(spec: Spec) -> AsyncIterator[Round]:
    """A projection catches up with ``size`` more events each round, in its runner, into its PostgreSQL view."""
    settings = environment(spec.owner, 4)
    app = Cases(env=settings)

    def more() -> int:
        last = 0
        for _ in range(max(1, spec.size // 10)):
            last = app.save(case_of(10))[-1].notification.id
        return last

    def run(last: int) -> int:
        with ProjectionRunner(
            application_class=Cases, projection_class=CasesProjection, view_class=CasesView, env=settings
        ) as runner:
            runner.wait(last, timeout=_WAIT)
        return max(1, spec.size // 10) * 10

    async def round_() -> Sample:
        last = await asyncio.to_thread(more)
        return await timed(asyncio.to_thread(run, last))

    yield round_
    app.close()


@asynccontextmanager
async def latency(spec: Spec) -> AsyncIterator[Round]:
    """From the call of ``save`` to the view's commit, all in one process, ``size`` saves a second."""
    settings = environment(spec.owner, 4)
    began: dict[UUID, float] = {}
    visible: dict[UUID, float] = {}

    class Watched(CasesView):
        def put(self, case_id: UUID, opinion: str, version: int, tracking: Tracking) -> None:
            super().put(case_id, opinion, version, tracking)
            visible[case_id] = time.monotonic()

    with ProjectionRunner(
        application_class=Cases, projection_class=CasesProjection, view_class=Watched, env=settings
    ) as runner:

        def save(case: EventsourcingCase) -> None:
            began[case.id] = time.monotonic()
            runner.app.save(case)

        async def round_() -> Sample:
            began.clear()
            visible.clear()
            start = time.monotonic()
            for number in range(int(spec.size * spec.seconds)):
                await asyncio.sleep(max(0.0, start + number / spec.size - time.monotonic()))
                await asyncio.to_thread(save, case_of(1))
            async with asyncio.timeout(_WAIT):
                while len(visible) < len(began):  # noqa: ASYNC110 - the view is filled by a thread
                    await asyncio.sleep(0.01)
            took = tuple((visible[case] - began[case]) * 1000 for case in began)
            return Sample(done=len(took), began=start, ended=time.monotonic(), latencies=took)

        yield round_
