"""The issuer's pages, in Chinese or English; each says in both that it is the demonstration's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("templates")
CHINESE = "zh-CN"
ENGLISH = "en"
SEE_OTHER = 303
"""Whatever was posted, the browser gets what it is sent to."""


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class IssuerPages:
    """Renders pages. Their forms may lead to ``home``, the portal's address, and nowhere else."""

    def __init__(self, home: str) -> None:
        self._home = home
        parts = urlsplit(home)
        self._headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self' {parts.scheme}://{parts.netloc}",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }

    def page(self, request: Request, name: str, status: int = 200, **shown: object) -> HTMLResponse:
        """A page in the language that the request asks for by ``ui_locales``; Chinese where it names none of ours."""
        language = language_of(request.query_params.get("ui_locales", ""))

        def say(zh: str, en: str) -> str:
            return en if language == ENGLISH else zh

        text = (
            _environment()
            .get_template(name)
            .render(say=say, home=self._home, other_language=_other_language(request, language), **shown)
        )
        return HTMLResponse(text, status, headers=self._headers)


async def texts_of(request: Request) -> dict[str, str]:
    """The fields of a posted form."""
    return {name: text for name, text in (await request.form()).items() if isinstance(text, str)}


def language_of(locales: str) -> str:
    """The first of a list of languages that the pages speak."""
    spoken = (ENGLISH if tag.lower().startswith("en") else CHINESE for tag in locales.split() if _is_spoken(tag))
    return next(spoken, CHINESE)


def _is_spoken(tag: str) -> bool:
    return tag.lower().partition("-")[0] in {"zh", "en"}


def _other_language(request: Request, language: str) -> str:
    """The same page in the other language."""
    kept = [(name, text) for name, text in request.query_params.multi_items() if name != "ui_locales"]
    return f"?{urlencode([*kept, ('ui_locales', CHINESE if language == ENGLISH else ENGLISH)])}"


__all__ = ["SEE_OTHER", "TEMPLATES", "IssuerPages", "language_of", "texts_of"]
