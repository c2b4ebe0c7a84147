"""The first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from services.portal.frame.access import Anyone
from services.portal.window.publicity import CaseInPublicity, in_publicity
from services.portal.window.register.asking import RegisterQuery
from services.portal.window.register.entries import RegisteredDistrict
from services.portal.window.register.pages import counties_in_publicity, last_changed, register_figures
from services.portal.window.register.tiles import PrefectureBlock, province
from shared.service.http.routes import router

pages = router()
NEWEST = 4
"""Changes of the register on the first page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The register's figures, what is in publicity now, and what changed last."""

    figures: Mapping[str, int]
    blocks: Sequence[PrefectureBlock]
    cases: Sequence[CaseInPublicity]
    newest: Sequence[RegisteredDistrict]


@pages.get("/", include_in_schema=False)
async def home(visitor: Anyone) -> Response:
    register = (await register_figures(visitor, RegisterQuery())).whole
    view = HomePage(
        figures=register.figures,
        blocks=province(register, await counties_in_publicity(visitor)),
        cases=await in_publicity(visitor),
        newest=await last_changed(visitor, NEWEST),
    )
    return visitor.page("window/home.html", view, public=True)


__all__ = ["pages"]
