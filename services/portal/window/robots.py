"""For those who read pages as programs, and are welcome: what to read, and what to leave alone."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from services.portal.frame.access import Anyone, portal_of
from services.portal.window.publicity import in_publicity
from services.portal.window.register.asking import RegisterQuery
from services.portal.window.register.pages import registered
from shared.service.http.routes import router

pages = router()
PAGES = (
    *("", "register", "numbers", "satisfaction", "publicity", "letters", "subscribe"),
    *("verify", "help", "accessibility", "privacy"),
)
"""The public pages that have no id in their address."""
PRIVATE = (
    *("/desk", "/sign-in", "/objections/", "/letters/", "/answers/", "/feedback/"),
    *("/subscribe/", "/language/", "/type/"),
)
MOST = 50_000
"""Addresses in a sitemap, by its protocol."""


@pages.get("/robots.txt", include_in_schema=False)
async def robots(request: Request) -> Response:
    refused = "".join(f"Disallow: {path}\n" for path in PRIVATE)
    url = portal_of(request).settings.url
    return PlainTextResponse(f"User-agent: *\n{refused}\nSitemap: {url}/sitemap.xml\n")


@pages.get("/sitemap.xml", include_in_schema=False)
async def sitemap(request: Request, visitor: Anyone) -> Response:
    register = await registered(visitor, RegisterQuery())
    districts = [f"register/{entry.case_id}" for entry in register.entries]
    public = [f"publicity/{case.case_id}" for case in await in_publicity(visitor)]
    url = portal_of(request).settings.url
    addresses = [f"{url}/{path}" for path in (*PAGES, *public, *districts)][:MOST]
    return visitor.text("window/sitemap.xml", "application/xml", addresses)


__all__ = ["PAGES", "pages"]
