"""Notify as ``juqu up`` runs it, for the bench: ``python -m bench.ours.notify``. Its clock says ten in the morning.

At night, notices that are not urgent wait for the morning; the bench is run at any hour.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time

from fastapi import FastAPI

from bench.worker import calm_collector
from services.notify.app import service as definition
from shared.contracts.core import CST
from shared.service.app import build_app
from shared.service.clock import SystemClock
from shared.service.host import Host
from shared.service.http.serving import serve
from shared.service.logs import configure_logs
from shared.service.settings import read_settings


class Morning(SystemClock):
    """The machine's clock, set to ten in the morning of the day on which it was made."""

    def __init__(self) -> None:
        now = datetime.now(CST)
        self._ahead = datetime.combine(now.date(), time(10), CST) - now

    async def now(self) -> datetime:
        return await super().now() + self._ahead


def main() -> None:
    """Serve until SIGTERM."""
    settings = read_settings("notify", os.environ)
    configure_logs("notify", settings.log_level)
    app = build_app(definition(), settings)
    host: Host = app.state.host

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await host.connect()
            host.service.clock = Morning()
            await host.start()
            calm_collector()
            yield
        finally:
            await host.close()

    app.router.lifespan_context = lifespan
    serve(app, settings)


if __name__ == "__main__":
    main()
