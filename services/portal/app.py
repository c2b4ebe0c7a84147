"""The portal's composition root: ``python -m services.portal.app``."""

from __future__ import annotations

import os
import sys

from fastapi import FastAPI

from services.portal.follows import FOLLOWS
from services.portal.frame.headers import PageHeaders
from services.portal.frame.portal import Portal, open_portal
from services.portal.frame.troubles import install_pages_of_trouble
from services.portal.pages import routes
from services.portal.settings import read_portal_settings
from shared.service import app as service_app
from shared.service.definition import Definition, Loop
from shared.service.http.serving import serve
from shared.service.logs import configure_logs
from shared.service.service import Service
from shared.service.settings import SettingError, Settings, read_settings


def loops(service: Service) -> dict[str, Loop]:
    """Forgetting what has ended; telling open pages what happens."""
    portal = service.own(Portal)
    return {"tidying": portal.tidy, "live": portal.live.run}


def service() -> Definition:
    """The portal's definition: it decides nothing."""
    return Definition(follows=FOLLOWS, title="juqu portal 门户", routes=routes, own=open_portal, loops=loops)


def build_app(settings: Settings) -> FastAPI:
    """The portal's app. Nothing is opened before its lifespan begins. Raises ``SettingError``."""
    own = read_portal_settings(settings)
    app = service_app.build_app(service(), settings)
    install_pages_of_trouble(app)
    app.add_middleware(PageHeaders, issuer=own.issuer)
    return app


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; exits with an error where a setting is wrong."""
    try:
        settings = read_settings("portal", os.environ)
        app = build_app(settings)
    except SettingError as error:
        sys.exit(f"juqu portal: {error}")
    configure_logs("portal", settings.log_level)

    def end_streams() -> None:
        app.state.host.service.own(Portal).live.end()

    serve(app, settings, ending=end_streams)


if __name__ == "__main__":
    main()
