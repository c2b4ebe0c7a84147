"""The demonstration's issuer as a process: ``python -m deploy.local.issuer.app``, for ``juqu up``, ``juqu demo`` and
tests. What it granted is in its memory, so there is one process of it."""

from __future__ import annotations

import os
import sys
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse

from deploy.local.issuer.asking import Unanswerable
from deploy.local.issuer.discovery import configuration
from deploy.local.issuer.exchanging import Exchange
from deploy.local.issuer.grants import Grants
from deploy.local.issuer.rendering import TEMPLATES, IssuerPages
from deploy.local.issuer.settings import IssuerSettings, read_issuer_settings
from deploy.local.issuer.signing_in import sign_in_routes
from deploy.local.issuer.signing_out import SigningOut, sign_out_routes
from deploy.local.issuer.tokens import Tokens
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.logs import configure_logs, logger_of
from shared.service.settings import SettingError

logger = logger_of("issuer")


def issuer_app(settings: IssuerSettings) -> FastAPI:
    """The issuer, with nothing granted yet."""
    client, grants, pages = settings.portal, Grants(), IssuerPages(settings.portal.home)
    tokens = Tokens(DevelopmentIssuer(settings.keys_dir), settings.url, client.client_id)
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(_machine_routes(settings.url, tokens, Exchange(client, grants, tokens)))
    app.include_router(sign_in_routes(settings, grants, pages))
    app.include_router(sign_out_routes(SigningOut(client, grants, tokens), grants, pages))

    @app.exception_handler(Unanswerable)
    async def unanswerable(request: Request, why: Unanswerable) -> Response:
        return pages.page(request, "unanswerable.html", 400, why=why)

    return app


def _machine_routes(url: str, tokens: Tokens, exchange: Exchange) -> APIRouter:
    """What the portal's server asks, and what the pages are drawn with."""
    routes = APIRouter()

    @routes.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return configuration(url)

    @routes.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return await tokens.published()

    @routes.post("/token")
    async def token(request: Request) -> Response:
        fields = (await request.form()).multi_items()
        texts = [(name, text) for name, text in fields if isinstance(text, str)]
        return exchange.answer(request.headers.get("Authorization", ""), texts)

    @routes.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "service": "issuer"}

    @routes.get("/style.css")
    async def style() -> FileResponse:
        return FileResponse(TEMPLATES / "style.css", media_type="text/css", headers={"Cache-Control": "max-age=300"})

    return routes


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; exits with a sentence where a setting is missing."""
    try:
        settings = read_issuer_settings(os.environ)
    except SettingError as error:
        sys.exit(f"juqu issuer: {error}")
    configure_logs("issuer", settings.log_level)
    logger.info("the demonstration's issuer, not for production", port=settings.port)
    uvicorn.run(
        issuer_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False, ws="none"
    )


if __name__ == "__main__":
    main()
