"""The HTTP app of any process: its problems, its strict routes, its document and the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from pydantic import BaseModel
from starlette.types import Lifespan

from shared.service.http.manual import serve_manual
from shared.service.http.methods import Methods
from shared.service.http.openapi import complete
from shared.service.http.problems import install_problems
from shared.service.http.routes import Route

VERSION = "0.1.0"

_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""No provider is ever set, and looking for one would cost time in every request."""

_REPORT = {
    "type": "object",
    "required": ["status", "service"],
    "properties": {"status": {"enum": ["ok", "failing"]}, "service": {"type": "string"}},
}
HEALTH: dict[int | str, dict[str, Any]] = {
    200: {"description": "All well 正常", "content": {"application/json": {"schema": _REPORT}}},
    503: {
        "description": "Something fails; the report says what 异常",
        "content": {
            "application/json": {"schema": _REPORT},
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        },
    },
}
"""The answers of a process's ``/health``."""


def open_web(
    title: str,
    lifespan: Lifespan[FastAPI],
    *errors: type[Exception],
    models: Sequence[type[BaseModel]] = (),
) -> FastAPI:
    """An app without routes of its own. ``errors`` are those of what this process alone is built on; ``models`` are
    the bodies that its routes read themselves, later ones included."""
    app = FastAPI(
        title=title,
        version=VERSION,
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.router.route_class = Route
    install_problems(app, *errors)
    app.add_middleware(Methods, routes=app.routes)
    serve_manual(app)
    _document(app, models)
    return app


def _document(app: FastAPI, models: Sequence[type[BaseModel]]) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            complete(generate(), app.routes, models)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
