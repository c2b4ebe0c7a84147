"""A process of ours as it runs in production, on real servers, with a case in its log."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from deploy.local.forking import ForkedProcess
from deploy.local.ports import free_ports
from tests.servers import Database
from tests.starting import start

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    "intake": "services.intake.app",
    "review": "services.review.app",
    "lifecycle": "services.lifecycle.app",
    "notify": "services.notify.app",
    "office": "services.office.app",
    "relay": "services.relay.app",
    "notary": "services.notary.app",
}


@asynccontextmanager
async def process(name: str, database: Database, redis_url: str, folder: Path, **more: str) -> AsyncIterator[str]:
    """Start a process; gives the URL at which it answers, and ends it when left."""
    (port,) = free_ports(1)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUQU_")} | {
        "JUQU_DATABASE_URL": database.url(name),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_PORT": str(port),
        "JUQU_CLOCK": "driven",
        "JUQU_PUBLIC_CLIENT_RATE": "none",
        "JUQU_PUBLIC_CASE_RATE": "none",
        "JUQU_PUBLIC_RATE": "none",
        "JUQU_STATE_DIR": str(folder),
        "JUQU_OIDC_ISSUER": "development",
        **more,
    }
    with (folder / f"{name}.log").open("wb") as log:
        running = await start(MODULES[name], environment=environment, out=log.fileno(), errors=log.fileno())
        try:
            await _answering(f"http://127.0.0.1:{port}", running, folder / f"{name}.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.send_signal(signal.SIGTERM)
            await running.wait()


async def _answering(url: str, running: ForkedProcess, log: Path) -> None:
    async with asyncio.timeout(240), httpx.AsyncClient() as client:
        while True:
            assert running.returncode is None, log.read_text()
            try:
                await client.get(f"{url}/health")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


__all__ = ["MODULES", "process"]
