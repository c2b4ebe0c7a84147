"""Where the codes of counties lead on a day, and who endorses; open to everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter

from services.intake import rules, shown
from services.intake.application.place import as_place
from shared.programme.divisions import UnknownDivision, authorities, counties, former_codes, route
from shared.programme.values.json_values import as_json, as_object
from shared.service.http.openapi import answers
from shared.service.http.problems import Problem
from shared.service.http.requests import Day
from shared.service.http.routes import router
from shared.service.service import Service


def division_routes(service: Service) -> APIRouter:
    """The routes about divisions."""
    asking = router()

    async def divisions(on: Day | None = None) -> dict[str, Any]:
        """Counties with their codes of today, former codes, and the authorities of the day."""
        return {
            "counties": [as_json(county) for county in counties()],
            "former_codes": [as_json(former) for former in former_codes()],
            "authorities": [as_json(authority) for authority in authorities(on or await service.today())],
        }

    async def division(code: str, on: Day | None = None) -> dict[str, Any]:
        """Public: no token is needed."""
        return _leads(code, on or await service.today())

    for path, answer, shape, summary in (
        ("/divisions", divisions, shown.Divisions, "The county-level units and the endorsing authorities, on a day"),
        ("/divisions/{code}", division, shown.Division, "Where a code leads on a day; an old code is explained"),
    ):
        asking.add_api_route(
            path, answer, methods=["GET"], summary=summary, response_model=None, responses=answers(shape)
        )
    return asking


def _leads(code: str, on: date) -> dict[str, Any]:
    """Where a code leads on a day; raises ``Problem`` 404 that says what may have been meant."""
    try:
        way = route(code, on)
    except UnknownDivision as unknown:
        raise Problem(
            404,
            rules.UNKNOWN_DIVISION.name,
            rules.UNKNOWN_DIVISION.sentence,
            unknown.message_en,
            title_zh=rules.UNKNOWN_DIVISION.sentence_zh,
            detail_zh=unknown.message_zh,
            clause=rules.UNKNOWN_DIVISION.clause,
            field="code",
        ) from None
    why = way.explanation
    explained = {"explanation": {"zh": why.zh, "en": why.en} if why else None}
    return as_object(as_place(way)) | {"on": on.isoformat()} | explained
