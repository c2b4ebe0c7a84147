"""What a good office says about itself: help, accessibility, privacy."""

from __future__ import annotations

from fastapi.responses import Response

from services.portal.frame.access import Anyone
from shared.service.http.routes import router

pages = router()


@pages.get("/help", include_in_schema=False)
async def help_page(visitor: Anyone) -> Response:
    return visitor.page("window/help.html", public=True)


@pages.get("/accessibility", include_in_schema=False)
async def accessibility(visitor: Anyone) -> Response:
    return visitor.page("window/accessibility.html", public=True)


@pages.get("/privacy", include_in_schema=False)
async def privacy(visitor: Anyone) -> Response:
    return visitor.page("window/privacy.html", public=True)


__all__ = ["pages"]
