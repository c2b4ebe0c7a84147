"""How a visitor wants pages: the language, the size of the type."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from fastapi.responses import RedirectResponse, Response

from services.portal.frame.paths import LONGEST, within_the_portal
from services.portal.frame.portal import LANGUAGE, TYPE
from shared.service.http.routes import router

pages = router()
_A_YEAR = 365 * 24 * 3600
Back = Annotated[str, Query(max_length=LONGEST)]


@pages.get("/language/{language}", include_in_schema=False)
async def language(language: Literal["zh", "en"], back: Back = "/") -> Response:
    return _remember(LANGUAGE, language, back)


@pages.get("/type/{size}", include_in_schema=False)
async def size_of_type(size: Literal["normal", "large"], back: Back = "/") -> Response:
    return _remember(TYPE, size, back)


def _remember(name: str, value: str, back: str) -> Response:
    answer = RedirectResponse(within_the_portal(back), 303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(name, value, max_age=_A_YEAR, path="/", secure=True, httponly=True, samesite="lax")
    return answer


__all__ = ["pages"]
