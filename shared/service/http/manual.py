"""``/docs``: the document of an API as pages, served from our own packages: nothing is loaded from elsewhere."""

from __future__ import annotations

from html import escape
from importlib import resources

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

_FOREVER = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Everything from this origin; Swagger UI styles its elements and draws its arrows itself."""

_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_START = """window.ui = SwaggerUIBundle({
  url: document.currentScript.dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""


def serve_manual(app: FastAPI) -> None:
    """Add ``/docs`` and the files that it needs to an app."""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(app.title, request.scope.get("root_path", "").rstrip("/")), headers=_PAGE_HEADERS)

    async def start() -> Response:
        return Response(_START, media_type="text/javascript", headers=_FOREVER)

    app.add_api_route("/docs", page, methods=["GET"], include_in_schema=False)
    app.add_api_route("/docs/start.js", start, methods=["GET"], include_in_schema=False)
    for name, media_type in _FILES.items():
        _serve(app, name, media_type)


def _serve(app: FastAPI, name: str, media_type: str) -> None:
    async def file() -> Response:
        content = resources.files("fastapi_swagger.resources").joinpath(name).read_bytes()
        return Response(content, media_type=media_type, headers=_FOREVER)

    app.add_api_route(f"/docs/{name}", file, methods=["GET"], include_in_schema=False)


def _page(title: str, root: str) -> str:
    folder = escape(f"{root}/docs")
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<link rel="icon" href="{folder}/favicon-32x32.png">
<link rel="stylesheet" href="{folder}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{folder}/swagger-ui-bundle.js"></script>
<script src="{folder}/start.js" data-document="{escape(root)}/openapi.json"></script>
</body>
</html>
"""
