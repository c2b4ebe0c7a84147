"""Commands over HTTP, 32 connections: open a draft, then withdraw it.

The load generator runs here, the server beside it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from bench.contender import PEERS_PYTHON, ROOT
from bench.http_load import Commands, Load
from bench.task import Round, Spec
from deploy.local.ports import free_ports
from shared.contracts.core import Actor, Role
from shared.service.identity.development_issuer import DevelopmentIssuer

COUNTY = Actor("officer-0042", "张示例", "county:220113", frozenset({Role.COUNTY}))
OPENING = {
    "division_code": "220113",
    "county_unit": {"name": "长春市九台区科技主管部门（虚构）", "uscc": "11220113DEM000014H"},
    "key_unit": {"name": "九台示例知识产权服务有限公司（虚构）", "uscc": "91220113DEM0000224"},
}
WITHDRAWAL = {"reason": "The bench takes it back."}
_READY_WITHIN = 60.0


@asynccontextmanager
async def on_the_log(spec: Spec) -> AsyncIterator[Round]:
    """Intake's server as it is, load, decide, append and answer; its read models are kept elsewhere."""
    async with _serving(spec, [sys.executable, "-m", "bench.ours.server", "log"]) as round_:
        yield round_


@asynccontextmanager
async def with_read_models(spec: Spec) -> AsyncIterator[Round]:
    """The same with intake's read models, deadlines and reactions kept up to date in the same process."""
    async with _serving(spec, [sys.executable, "-m", "bench.ours.server", "everything"]) as round_:
        yield round_


@asynccontextmanager
async def without_database(spec: Spec) -> AsyncIterator[Round]:
    """The same server, its log a dictionary in memory."""
    async with _serving(spec, [sys.executable, "-m", "bench.ours.server", "memory"]) as round_:
        yield round_


@asynccontextmanager
async def bare_fastapi(spec: Spec) -> AsyncIterator[Round]:
    """FastAPI and uvicorn with the same bodies, no rules, no identity, nothing stored."""
    async with _serving(spec, [sys.executable, "-m", "bench.raw.server"]) as round_:
        yield round_


@asynccontextmanager
async def eventsourcing(spec: Spec) -> AsyncIterator[Round]:
    """FastAPI and the library ``eventsourcing``, in its own environment."""
    async with _serving(spec, [str(PEERS_PYTHON), "-m", "bench.peers.eventsourcing_server"]) as round_:
        yield round_


@asynccontextmanager
async def _serving(spec: Spec, argv: list[str]) -> AsyncIterator[Round]:
    (port,) = free_ports(1)
    folder = Path(spec.folder)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "JUQU_DATABASE_URL": spec.intake or spec.owner,
        "JUQU_REDIS_URL": spec.redis,
        "JUQU_STATE_DIR": str(folder),
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_DOCUMENTS_URL": "memory:///",
        "JUQU_PORT": str(port),
    }
    token = DevelopmentIssuer(folder / "keys").token(COUNTY, lifetime=timedelta(hours=1))
    commands = Commands(
        port=port,
        opening=("/applications", json.dumps(OPENING, ensure_ascii=False).encode()),
        second=("/applications/{}/withdrawal", json.dumps(WITHDRAWAL).encode()),
        headers=(f"Authorization: Bearer {token}",),
    )
    with (folder / f"server-{port}.log").open("ab") as log_file:
        server = await asyncio.create_subprocess_exec(
            *argv, env=environment, cwd=ROOT, stdout=log_file, stderr=log_file
        )
    try:
        async with asyncio.timeout(_READY_WITHIN):
            await _answers(server, port)
        yield Load(commands, spec.callers, spec.seconds).measure
    finally:
        with suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


async def _answers(server: asyncio.subprocess.Process, port: int) -> None:
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        if server.returncode is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        await asyncio.sleep(0.05)
