"""The relay: publishes the log to Redis and serves the feed. ``python -m services.relay.app``; run one or
several."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from services.relay.routes import feed_routes
from shared.contracts.core import DECIDING
from shared.eventlog.log import EventLog
from shared.messaging.publisher import Publisher, PublisherPace
from shared.messaging.schemas import asyncapi
from shared.service.garbage import calm_collector
from shared.service.http.serving import serve
from shared.service.http.web import HEALTH, open_web
from shared.service.identity.callers import Identify
from shared.service.identity.tokens import Authenticator, key_source
from shared.service.logs import configure_logs
from shared.service.settings import SettingError, Settings, read_settings
from shared.tasks import end

_ASYNCAPI: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object", "required": ["asyncapi", "info"]}}}}
}


class Relay:
    """The relay's parts; ``run`` opens them for as long as it is entered."""

    def __init__(self, settings: Settings, pace: PublisherPace) -> None:
        self._settings = settings
        self._pace = pace
        self._publishing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Open the log and publish until left."""
        self.log = await EventLog.open(self._settings.database_url)
        self.publisher = Publisher(
            self.log,
            database_url=self._settings.database_url,
            redis_url=self._settings.redis_url,
            services=DECIDING,
            pace=self._pace,
        )
        self._publishing = asyncio.create_task(self.publisher.run(), name="publisher")
        try:
            yield
        finally:
            await end(self._publishing)
            await self.log.close()

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether the publisher runs and can, and how far it has come."""
        status = self.publisher.status()
        running = self._publishing is not None and not self._publishing.done()
        healthy = running and status.healthy
        return healthy, {"status": "ok" if healthy else "failing", "service": "relay", **asdict(status)}


def build_app(
    settings: Settings, *, authenticate: Identify | None = None, pace: PublisherPace | None = None
) -> FastAPI:
    """The relay's HTTP app; its lifespan publishes. Nothing is opened before."""
    relay = Relay(settings, pace or PublisherPace())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with relay.run():
            yield

    app = open_web("juqu relay", lifespan)
    app.state.relay = relay
    identity = authenticate or Authenticator(key_source(settings.issuer, settings.keys_dir), settings.audience)
    app.include_router(feed_routes(lambda: relay.log, identity, DECIDING))

    @app.get("/health", summary="Whether events are published, and how far", responses=HEALTH)
    async def health() -> JSONResponse:
        healthy, report = relay.health()
        return JSONResponse(report, 200 if healthy else 503)

    @app.get("/asyncapi.json", summary="The AsyncAPI document of the streams", responses=_ASYNCAPI)
    async def document() -> JSONResponse:
        return JSONResponse(asyncapi(DECIDING))

    return app


def read_pace(settings: Settings) -> PublisherPace:
    """How the publisher is set: ``JUQU_RETENTION_DAYS`` (30). Raises ``SettingError``."""
    text = settings.environment.get("JUQU_RETENTION_DAYS", "30")
    try:
        retention = timedelta(days=float(text))
    except (ValueError, OverflowError):
        raise SettingError(f"JUQU_RETENTION_DAYS is {text!r}; it takes a number of days") from None
    if retention <= timedelta():
        raise SettingError(f"JUQU_RETENTION_DAYS is {text!r}; it takes a number above 0")
    return PublisherPace(retention=retention)


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; exits with an error where a setting is wrong."""
    try:
        settings = read_settings("relay", os.environ)
        app = build_app(settings, pace=read_pace(settings))
    except SettingError as error:
        sys.exit(f"juqu relay: {error}")
    configure_logs("relay", settings.log_level)
    calm_collector()
    serve(app, settings, grace=2)


if __name__ == "__main__":
    main()
