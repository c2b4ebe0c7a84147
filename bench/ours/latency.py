"""From a command's append to another service's read model, over log, relay, Redis, subscription and table."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bench import facts
from bench.contender import ROOT
from bench.task import Round, Sample, Spec
from deploy.local.ports import free_ports
from shared.eventlog.log import EventLog

_PATIENCE = 30.0


class Visible:
    """What the subscriber has said: how far, and when."""

    def __init__(self) -> None:
        self._seqs: list[int] = []
        self._moments: list[float] = []
        self._more = asyncio.Event()

    @property
    def seq(self) -> int:
        return self._seqs[-1] if self._seqs else 0

    async def listen(self, lines: asyncio.StreamReader) -> None:
        """Take its lines until it ends."""
        while line := await lines.readline():
            seq, moment = line.split()
            self._seqs.append(int(seq))
            self._moments.append(float(moment))
            self._more.set()

    def since(self, seq: int) -> float:
        """When an event became visible."""
        return self._moments[bisect_left(self._seqs, seq)]

    async def reaches(self, seq: int) -> None:
        """Wait until an event is visible."""
        async with asyncio.timeout(_PATIENCE):
            while self.seq < seq:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def latency(spec: Spec) -> AsyncIterator[Round]:
    """``size`` commands a second for the length of a round, from the call of ``append`` until the row is committed."""
    async with _relay(spec), _subscriber(spec) as visible, await EventLog.open(spec.intake) as log:
        began: dict[int, float] = {}

        async def command() -> None:
            moment = time.monotonic()
            began[(await log.append(facts.stream(), 0, [facts.EVENT], facts.context())).last_seq] = moment

        async def round_() -> Sample:
            began.clear()
            start = time.monotonic()
            tasks = []
            for number in range(int(spec.size * spec.seconds)):
                await asyncio.sleep(max(0.0, start + number / spec.size - time.monotonic()))
                tasks.append(asyncio.create_task(command()))
            await asyncio.gather(*tasks)
            await visible.reaches(max(began))
            took = tuple((visible.since(seq) - moment) * 1000 for seq, moment in began.items())
            return Sample(done=len(took), began=start, ended=time.monotonic(), latencies=took)

        await command()
        await visible.reaches(max(began))
        yield round_


@asynccontextmanager
async def _relay(spec: Spec) -> AsyncIterator[None]:
    (port,) = free_ports(1)
    environment = {"JUQU_DATABASE_URL": spec.relay, "JUQU_PORT": str(port), "JUQU_STATE_DIR": spec.folder}
    environment |= {"JUQU_OIDC_ISSUER": "development"}
    with (Path(spec.folder) / "relay.log").open("ab") as log_file:
        process = await _start(spec, ["services.relay.app"], environment, log_file.fileno())
    try:
        yield
    finally:
        await _end(process)


@asynccontextmanager
async def _subscriber(spec: Spec) -> AsyncIterator[Visible]:
    with (Path(spec.folder) / "subscriber.log").open("ab") as log_file:
        process = await _start(spec, ["bench.ours.subscriber"], {"JUQU_DATABASE_URL": spec.review}, log_file.fileno())
    visible = Visible()
    if process.stdout is None or (await process.stdout.readline()).strip() != b"ready":
        raise RuntimeError("the subscriber did not start")
    listening = asyncio.create_task(visible.listen(process.stdout))
    try:
        yield visible
    finally:
        await _end(process)
        await listening


async def _start(
    spec: Spec, module: Sequence[str], environment: dict[str, str], log_file: int
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *module,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "JUQU_REDIS_URL": spec.redis, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE if module[0].startswith("bench") else log_file,
        stderr=log_file,
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    await process.wait()
