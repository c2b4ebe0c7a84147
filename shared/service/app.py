"""The HTTP app of a service, and the process that serves it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service.definition import Definition
from shared.service.garbage import calm_collector
from shared.service.host import Host
from shared.service.http.correlation import Correlation
from shared.service.http.door import Door
from shared.service.http.problems import Problem, try_again
from shared.service.http.serving import serve
from shared.service.http.web import HEALTH, open_web
from shared.service.limits.strangers import read_rates
from shared.service.logs import configure_logs, logger_of
from shared.service.settings import SettingError, Settings, read_settings

logger = logger_of("service")


def build_app(definition: Definition, settings: Settings | None = None) -> FastAPI:
    """The app of a service. Nothing is opened before its lifespan begins; without settings it only has documents."""
    host = Host(definition, settings)
    service = host.service

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await host.connect()
            await host.start()
            calm_collector()
            logger.info("started", port=service.settings.port)
            yield
        finally:
            await host.close()

    app = open_web(definition.title, lifespan, DBAPIError, models=service.body_models)
    app.state.host = host
    app.state.readings = service.readings
    app.include_router(definition.routes(service))
    app.add_middleware(Door, routes=app.routes)
    app.add_middleware(Ending)
    app.add_middleware(Correlation)
    app.add_api_route(
        "/health",
        _health(host),
        methods=["GET"],
        summary="Whether everything runs, and how far it is",
        responses=HEALTH,
    )
    return app


class Ending:
    """Asks a client to try again when the process ends in the middle of its request. Nobody knows what became of the
    request, and uvicorn would answer 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = False

        async def noted(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except asyncio.CancelledError:
            if answering or scope["type"] != "http":
                raise
            await try_again().response(scope["path"])(scope, receive, send)


def _health(host: Host) -> Callable[[], Awaitable[JSONResponse]]:
    async def health() -> JSONResponse:
        try:
            healthy, report = await host.health()
        except (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Problem(
                503,
                "service-is-healthy",
                "The service cannot reach its servers",
                str(error),
                title_zh="服务无法连接其服务器",
                detail_zh="原因见英文说明和该进程的日志",
            ) from None
        return JSONResponse(report, 200 if healthy else 503)

    return health


def main(definition: Definition) -> None:
    """Serve until SIGTERM or Ctrl-C; exits with 2 where a setting is missing."""
    try:
        settings = read_settings(definition.name, os.environ)
        read_rates(settings.environment)
    except SettingError as error:
        sys.exit(f"juqu {definition.name}: {error}")
    configure_logs(definition.name, settings.log_level)
    serve(build_app(definition, settings), settings)
