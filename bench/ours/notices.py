"""Notices through the whole engine: from events of other services in the log until each is accepted or delivered.

The clock begins before the causes are appended. Each notice is asked for, frozen, claimed, sent and settled by events
of its own, all committed, and in notify's read models; the peer runs beside it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from bench import notices
from bench.contender import ROOT
from bench.task import Round, Sample, Spec
from deploy.local.ports import free_ports
from shared.contracts.core import Event
from shared.eventlog.log import EventLog
from shared.privacy.opening import personal_data

_PATIENCE = 240.0
_LOOK = 0.05
_COUNT = "select count(*), max(seq) from log.events where category = 'notify' and seq > $1 and type = $2"
_SAID = "select max(seq) from log.events"


@asynccontextmanager
async def mail(spec: Spec) -> AsyncIterator[Round]:
    """``size`` mails, two for each draft that is opened; a mail is done when the server has accepted it."""
    async with mail_peer() as settings, engine(spec, settings) as running:

        async def round_() -> Sample:
            drafts = [notices.draft(str(uuid4())) for _ in range(spec.size // notices.MAILS_A_DRAFT)]
            causes = [(f"intake/application/{each.case_id}", each) for each in drafts]
            return await running.measure(spec.intake, causes, notices.MAILS_A_DRAFT, "notify.DeliveryAccepted")

        yield round_


@asynccontextmanager
async def sms(spec: Spec) -> AsyncIterator[Round]:
    """``size`` short messages, to all who subscribed, for each publicity that starts; done with its receipt."""
    async with _sms_peer(Path(spec.folder) / "sms.jsonl") as settings, engine(spec, settings) as running:

        async def round_() -> Sample:
            cases = [str(uuid4()) for _ in range(max(1, spec.size // notices.SUBSCRIBERS))]
            await running.prepare(spec.intake, [(f"intake/application/{each}", notices.draft(each)) for each in cases])
            causes = [(f"review/case/{each}", notices.publicity(each)) for each in cases]
            return await running.measure(spec.review, causes, notices.SUBSCRIBERS, "notify.DeliveryDelivered")

        yield round_


@dataclass(frozen=True, slots=True)
class Engine:
    """Notify and its peer as they run."""

    owner: asyncpg.Connection[asyncpg.Record]
    notify: asyncio.subprocess.Process

    async def prepare(self, url: str, causes: Sequence[tuple[str, Event]]) -> None:
        """Append, and wait until what it leads to is asked for."""
        seq = await self.owner.fetchval(_SAID)
        await append(url, causes)
        await self._until(seq, len(causes) * notices.MAILS_A_DRAFT, "notify.DeliveryRequested")

    async def measure(self, url: str, causes: Sequence[tuple[str, Event]], each: int, kind: str) -> Sample:
        """From the append of the causes until as many events of a kind are there as follow."""
        seq = await self.owner.fetchval(_SAID)
        wanted = len(causes) * each
        began = time.monotonic()
        await append(url, causes)
        await self._until(seq, wanted, kind)
        return Sample(done=wanted, began=began, ended=time.monotonic())

    async def _until(self, seq: int, wanted: int, kind: str) -> None:
        done = 0
        async with asyncio.timeout(_PATIENCE):
            while done < wanted:
                if self.notify.returncode is not None:
                    raise RuntimeError(f"notify ended with {self.notify.returncode}")
                await asyncio.sleep(_LOOK)
                for more, last in await self.owner.fetch(_COUNT, seq, kind):
                    done, seq = done + more, last or seq


async def _nothing() -> None:
    return


@asynccontextmanager
async def engine(
    spec: Spec, settings: dict[str, str], *, before: Callable[[], Awaitable[None]] = _nothing
) -> AsyncIterator[Engine]:
    """Notify with these settings of its providers, its contacts and subscribers known; what is to be in the log
    ``before`` it starts is put there then."""
    (port,) = free_ports(1)
    environment = settings | {
        "PATH": os.environ.get("PATH", os.defpath),
        "JUQU_DATABASE_URL": spec.notify,
        "JUQU_REDIS_URL": spec.redis,
        "JUQU_STATE_DIR": spec.folder,
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_TEST_ADDRESSES": "1",
        "JUQU_PORT": str(port),
    }
    personal = personal_data(spec.notify, Path(spec.folder) / "keys", {})
    async with await EventLog.open(spec.notify, sealer=personal) as writing:
        for stream, event in [*notices.contacts(), *notices.subscriptions()]:
            await writing.append(stream, 0, [event], notices.context(notices.SYSTEM))
    await before()
    owner = await asyncpg.connect(spec.owner)
    try:
        with (Path(spec.folder) / "notify.log").open("ab") as log_file:
            async with _started(["bench.ours.notify"], environment, log_file.fileno()) as notify:
                yield Engine(owner, notify)
    finally:
        await owner.close()


@asynccontextmanager
async def mail_peer() -> AsyncIterator[dict[str, str]]:
    """A mail server, and what tells notify of it and of how many connections to keep."""
    (port,) = free_ports(1)
    async with _started(["bench.raw.mail_server", str(port)], _PLAIN):
        yield {"JUQU_SMTP_URL": f"smtp://127.0.0.1:{port}", "JUQU_SMTP_AT_ONCE": str(notices.CONNECTIONS)}


@asynccontextmanager
async def _sms_peer(file: Path) -> AsyncIterator[dict[str, str]]:
    (port,) = free_ports(1)
    async with _started(["deploy.local.sms_peer", "--port", str(port), "--file", str(file)], _PLAIN):
        yield {"JUQU_SMPP_URL": f"smpp://juqu:local@127.0.0.1:{port}"}


_PLAIN = {"PATH": os.environ.get("PATH", os.defpath)}


@asynccontextmanager
async def _started(
    module: Sequence[str], environment: dict[str, str], out: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *module, cwd=ROOT, env=environment, stdout=out, stderr=out
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def append(url: str, causes: Sequence[tuple[str, Event]]) -> None:
    """Append events, each to a stream of its own."""
    async with await EventLog.open(url) as log:
        await asyncio.gather(*(log.append(stream, 0, [event], notices.context()) for stream, event in causes))
