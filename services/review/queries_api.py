"""Reading cases over HTTP. ``Juqu-After-Seq`` makes a query wait for what a command wrote.

Annotations are read when a route is made (its dependencies are the service's), so they are not postponed here.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import or_, select

from services.review import queries, shown
from services.review.case.permission import expert_id
from services.review.queries import CASES
from services.review.views import CASES as CASES_PROJECTION
from services.review.views import SHEETS as SHEETS_PROJECTION
from services.review.views import conditions, members, objections, packets, sheets, timeline, visits
from shared.contracts.core import Actor
from shared.service.http.openapi import answers, lists
from shared.service.http.requests import Day, Exact
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]
StageName = Literal[
    "examining",
    "correcting",
    "accepted",
    "material-review",
    "on-site",
    "concluded",
    "in-publicity",
    "publicity-over",
    "approved",
    "not-yet",
    "not-accepted",
    "discontinued",
]


def query_routes(service: Service) -> APIRouter:
    """The queries of review, scoped by the actor's office."""
    asking = router()
    _lists(asking, service)
    _case(asking, service)
    _panel(asking, service)
    _what_happened(asking, service)
    return asking


def _lists(asking: APIRouter, service: Service) -> None:
    @asking.get("/cases", summary="The cases that concern you, newest first", responses=lists(shown.Case))
    async def list_cases(
        *,
        request: Request,
        actor: Annotated[Actor, Depends(service.actor)],
        stage: StageName | None = None,
        county: Annotated[str | None, Query(pattern=r"^\d{6}$")] = None,
        due_by: Day | None = None,
        limit: Annotated[int, Exact, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Exact, Query(ge=0, le=100_000)] = 0,
    ) -> list[Answer]:
        query = select(CASES).where(queries.scope(actor))
        if stage is not None:
            query = query.where(CASES.c.stage == stage)
        if county is not None:
            query = query.where(CASES.c.county == county)
        if due_by is not None:
            names = ("formal_examination_due", "correction_due")
            running = (CASES.c.stage == "in-publicity") & (CASES.c.publicity_ends_on <= due_by)
            query = query.where(or_(running, *(CASES.c[name] <= due_by for name in names)))
        query = query.order_by(CASES.c.filed_on.desc(), CASES.c.case_id).limit(limit).offset(offset)
        async with service.reading(request, CASES_PROJECTION.name) as connection:
            return [queries.as_seen_by(row, actor) for row in (await connection.execute(query)).mappings()]

    @asking.get("/publicity", summary="What is in publicity now; open to everybody", responses=lists(shown.InPublicity))
    async def publicity(request: Request) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name) as connection:
            return [dict(row) for row in (await connection.execute(queries.in_publicity())).mappings()]


def _case(asking: APIRouter, service: Service) -> None:
    @asking.get(
        "/cases/{case_id}", summary="One case: its stage, what is due, how it ended", responses=answers(shown.Case)
    )
    async def case(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            row = await queries.one_case(connection, str(case_id), actor)
        return queries.without(queries.as_seen_by(row, actor), "mine")

    @asking.get(
        "/cases/{case_id}/packet",
        summary="The form, the attachments and the seals",
        responses=answers(shown.CasePacket),
    )
    async def packet(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            return (await queries.rows(connection, packets.table, str(case_id)))[0]

    @asking.get(
        "/cases/{case_id}/conditions",
        summary="Every condition of 四（二）, explained",
        responses=lists(shown.CaseCondition),
    )
    async def case_conditions(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            rows = await queries.rows(connection, conditions.table, str(case_id))
        hidden = () if queries.inside(actor) else ("judged_by",)
        return [queries.without(row, *hidden) for row in rows]


def _panel(asking: APIRouter, service: Service) -> None:
    @asking.get(
        "/cases/{case_id}/panel",
        summary="The experts: members, reserves, recused, in conflict",
        responses=lists(shown.PanelMember),
    )
    async def panel(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            if not queries.inside(actor) and expert_id(actor) is None:
                raise queries.forbidden("who the experts are is not told to the applicants", "专家名单不向申报单位公开")
            return await queries.rows(connection, members.table, str(case_id))

    @asking.get(
        "/cases/{case_id}/score-sheets",
        summary="The score sheets; blind until all are in",
        responses=answers(shown.ScoreSheets),
    )
    async def score_sheets(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
        if not queries.inside(actor) and expert_id(actor) is None:
            raise queries.forbidden(
                "score sheets are read by officers and the experts of the case", "评分表仅供经办人员和本案专家查阅"
            )
        async with service.reading(request, SHEETS_PROJECTION.name, of=str(case_id)) as connection:
            rows = await queries.rows(connection, sheets.table, str(case_id))
        return queries.readable_sheets(rows[0] if rows else None, actor)


def _what_happened(asking: APIRouter, service: Service) -> None:
    @asking.get(
        "/cases/{case_id}/site-visit",
        summary="The site visit; its report for officers and experts",
        responses=answers(shown.SiteVisit | None),
    )
    async def site_visit(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> Answer | None:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            rows = await queries.rows(connection, visits.table, str(case_id))
        if not rows or queries.inside(actor) or expert_id(actor) is not None:
            return rows[0] if rows else None
        return {name: rows[0][name] for name in ("case_id", "visit_on", "visitors", "visited_on")}

    @asking.get(
        "/cases/{case_id}/objections",
        summary="The objections and their answers",
        responses=lists(shown.ObjectionShown),
    )
    async def case_objections(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            rows = await queries.rows(connection, objections.table, str(case_id))
        hidden = () if queries.inside(actor) else ("objector", "client")
        return [queries.without(row, *hidden) for row in rows]

    @asking.get("/cases/{case_id}/timeline", summary="What happened, in order", responses=lists(shown.CaseEvent))
    async def case_timeline(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            rows = await queries.rows(connection, timeline.table, str(case_id))
        if queries.inside(actor):
            return rows
        published = [row for row in rows if row["type"] not in queries.EXPERT_EVENTS]
        return [queries.without(row, "actor", "office") for row in published]
