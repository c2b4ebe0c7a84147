"""Who has read what of whom, over HTTP: for auditors and the lead of any case, for applicants of their own.

Annotations are read when the route is made (its dependency is the service's), so they are not postponed here.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Select, select

from shared.contracts.core import Actor, Role
from shared.service.http.openapi import lists, problems
from shared.service.http.problems import Problem
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.http.rows import row_model
from shared.service.readings.view import readings
from shared.service.service import Service

EVERY_CASE: tuple[Role, ...] = (Role.AUDITOR, Role.PROVINCE_LEAD)
OWN_CASE: tuple[Role, ...] = (Role.COUNTY, Role.KEY_UNIT)
MAX_SEQ = 2**63 - 1
READINGS = readings.table
ReadingShown = row_model("ReadingShown", READINGS.columns, {"kinds": list[str]}, perhaps=["reader"])

RefuseUnseen = Callable[[Request, Actor, str], Awaitable[object]]
"""Raises ``Problem`` where a case is none of the actor's."""


def reading_routes(service: Service, refuse_unseen: RefuseUnseen) -> APIRouter:
    """The readings that the service has recorded, the newest first."""
    asking = router()
    projection = f"{service.name}.readings"

    @asking.get(
        "/readings",
        summary="Who has read personal data, the newest first",
        responses=lists(ReadingShown) | problems(404),
    )
    async def who_has_read(
        request: Request,
        actor: Annotated[Actor, Depends(service.caller(*EVERY_CASE, *OWN_CASE))],
        *,
        case_id: UUID | None = None,
        reader: Annotated[str, Query(max_length=200, description="The account of whoever read")] = "",
        before: Annotated[int, Exact, Query(ge=1, le=MAX_SEQ, description="Recorded before this seq")] = MAX_SEQ,
        limit: Annotated[int, Exact, Query(ge=1, le=200)] = 50,
    ) -> list[dict[str, Any]]:
        if not actor.has(*EVERY_CASE):
            await _refuse_others(request, actor, case_id, reader, refuse_unseen)
        query = _before(before, limit)
        query = query.where(READINGS.c.case_id == str(case_id)) if case_id else query
        query = query.where(READINGS.c.reader == reader) if reader else query
        async with service.reading(request, projection) as connection:
            rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        return rows if actor.has(*EVERY_CASE) else [for_applicants(row) for row in rows]

    return asking


def _before(seq: int, limit: int) -> Select[Any]:
    return select(READINGS).where(READINGS.c.seq < seq).order_by(READINGS.c.seq.desc()).limit(limit)


async def _refuse_others(
    request: Request, actor: Actor, case_id: UUID | None, reader: str, refuse_unseen: RefuseUnseen
) -> None:
    if case_id is None or reader:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "reading-is-of-your-case",
            "You may ask who has read of a case of yours",
            title_zh="仅可查询本单位办件的个人信息查阅记录",
            clause="个人信息保护法 第四十四条",
            field="case_id",
        )
    await refuse_unseen(request, actor, str(case_id))


def for_applicants(row: dict[str, Any]) -> dict[str, Any]:
    """A reading as applicants see it: which office. Whose account it was, and which expert, is not told to them."""
    office = row["office"].partition(":")[0] if row["office"].startswith("expert:") else row["office"]
    return {name: value for name, value in row.items() if name != "reader"} | {"office": office}


__all__ = ["EVERY_CASE", "OWN_CASE", "reading_routes"]
