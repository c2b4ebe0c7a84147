"""Paths of the portal's own pages."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import Request

from shared.programme.values.writing import unplain

LONGEST = 2000


def path_of(request: Request) -> str:
    """The path of a request, with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def way_in(back: str) -> str:
    """The path that leads by signing in to another."""
    return f"/sign-in?back={quote(back, safe='')}"


def within_the_portal(path: str) -> str:
    """A path of our own, as it was sent along; the start where it leads elsewhere."""
    parts = urlsplit(path) if path.startswith("/") and not path.startswith(("//", "/\\")) else None
    return path if parts and not parts.netloc and not unplain(path, line=True) and len(path) < LONGEST else "/"


__all__ = ["LONGEST", "path_of", "way_in", "within_the_portal"]
