"""Style, scripts and drawings. Their addresses hold the edition, so that a browser keeps them for ever."""

from __future__ import annotations

import mimetypes

from fastapi import Request
from fastapi.responses import FileResponse, Response

from services.portal.frame.access import portal_of
from shared.service.http.routes import no_such, router

pages = router()
FOREVER = "public, max-age=31536000, immutable"


@pages.get("/static/{edition}/{name:path}", include_in_schema=False)
async def static(request: Request, edition: str, name: str) -> Response:
    rendering = portal_of(request).rendering
    file = (rendering.static_folder / name).resolve()
    if not file.is_relative_to(rendering.static_folder) or not file.is_file():
        raise no_such("name")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    # Another replica may have a newer edition already: its name leads to ours meanwhile, and is not kept.
    kept = FOREVER if edition == rendering.edition else "no-store"
    return FileResponse(file, media_type=kind, headers={"Cache-Control": kept})


__all__ = ["pages"]
