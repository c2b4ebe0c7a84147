"""The notary's process: ``python -m services.notary.app [--check full]``; run one or several."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import asyncpg
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from services.notary.api import install_refusals, stream_routes, tree_routes, work_routes
from services.notary.follower import Cadence, Notary
from services.notary.settings import read_notary_settings
from shared.notary.reading import SESSION
from shared.service.http.serving import serve
from shared.service.http.web import HEALTH, open_web
from shared.service.identity.callers import Identify
from shared.service.identity.tokens import Authenticator, key_source
from shared.service.logs import configure_logs
from shared.service.settings import SettingError, Settings, read_settings
from shared.tasks import end


def build_app(settings: Settings, *, authenticate: Identify | None = None, cadence: Cadence | None = None) -> FastAPI:
    """The notary's HTTP app; its lifespan follows the log. Nothing is opened before. Raises ``SettingError``."""
    own = read_notary_settings(settings)
    notary = Notary(settings.database_url, own, cadence)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            settings.database_url, min_size=0, max_size=4, timeout=5, server_settings=SESSION
        ) as pool:
            app.state.pool = pool
            running = app.state.running = asyncio.create_task(notary.run(), name="notary")
            try:
                yield
            finally:
                await notary.finish()
                await end(running)

    app = open_web("juqu notary", lifespan)
    install_refusals(app)
    app.state.notary = notary
    identity = authenticate or Authenticator(key_source(settings.issuer, settings.keys_dir), settings.audience)

    def pool() -> asyncpg.Pool[asyncpg.Record]:
        found: asyncpg.Pool[asyncpg.Record] = app.state.pool
        return found

    app.include_router(tree_routes(pool))
    app.include_router(stream_routes(pool, identity))
    app.include_router(work_routes(pool, notary, identity, own.witnesses))

    @app.get(
        "/health", summary="Whether checkpoints are signed, and how far; why not where it refuses", responses=HEALTH
    )
    async def health() -> JSONResponse:
        status = notary.status()
        healthy = status.healthy and not app.state.running.done()
        report = {"status": "ok" if healthy else "failing", "service": "notary", **asdict(status)}
        return JSONResponse(report, 200 if healthy else 503)

    return app


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; exits with an error where a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m services.notary.app", description=__doc__)
    parser.add_argument("--check", choices=("sample", "full"), default="sample", help="what to compare at the start")
    arguments = parser.parse_args()
    try:
        settings = read_settings("notary", os.environ)
        app = build_app(settings, cadence=Cadence(full=arguments.check == "full"))
    except SettingError as error:
        sys.exit(f"juqu notary: {error}")
    configure_logs("notary", settings.log_level)
    serve(app, settings, grace=2)


if __name__ == "__main__":
    main()
