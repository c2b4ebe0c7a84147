"""Reading districts over HTTP. ``Juqu-After-Seq`` makes a query wait for what a command wrote."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Table, select

from services.lifecycle import queries, shown
from services.lifecycle.queries import DISTRICTS
from services.lifecycle.views import assessments, duties, reports, rosters, support, timeline
from services.lifecycle.views.districts import Status
from shared.contracts.core import Actor
from shared.service.http.openapi import answers, lists
from shared.service.http.requests import Day, Exact, Moment
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]
County = Annotated[str | None, Query(pattern=r"^\d{6}$")]

_LISTS: dict[str, tuple[Table, str]] = {
    "reports": (reports.table, "The yearly reports: due, filed, acknowledged, late, missed"),
    "rosters": (rosters.table, "The roster of institutions over time"),
    "support": (support.table, "Inspections, guidance, training and exchanges"),
    "duties": (duties.table, "What the county reported on its five duties"),
    "assessments": (assessments.table, "Assessments and reassessments, with the events they rest on"),
}


def query_routes(service: Service) -> APIRouter:
    """The queries of lifecycle, scoped by the actor's office, and the public register."""
    reads = router()
    _districts(reads, service)
    for name, (table, summary) in _LISTS.items():
        _list(reads, service, name, table, summary)
    _timeline(reads, service)
    _register(reads, service)
    return reads


def _districts(reads: APIRouter, service: Service) -> None:
    @reads.get("/districts", summary="The districts that concern you, newest first", responses=lists(shown.District))
    async def list_districts(
        request: Request,
        actor: Annotated[Actor, Depends(service.actor)],
        *,
        status: Status | None = None,
        county: County = None,
        limit: Annotated[int, Exact, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Exact, Query(ge=0, le=100_000)] = 0,
    ) -> list[Answer]:
        query = select(DISTRICTS).where(queries.scope(actor, await service.today()))
        if status is not None:
            query = query.where(DISTRICTS.c.status == status.value)
        if county is not None:
            query = query.where(DISTRICTS.c.county == county)
        query = query.order_by(DISTRICTS.c.designated_on.desc(), DISTRICTS.c.case_id).limit(limit).offset(offset)
        async with service.reading(request) as connection:
            return [queries.shown(row) for row in (await connection.execute(query)).mappings()]

    @reads.get(
        "/districts/{case_id}",
        summary="One district: where it stands, and what is due",
        responses=answers(shown.District),
    )
    async def district(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        today = await service.today()
        async with service.reading(request, of=str(case_id)) as connection:
            return queries.shown(await queries.one_district(connection, str(case_id), actor, today))


def _list(reads: APIRouter, service: Service, name: str, table: Table, summary: str) -> None:
    @reads.get(f"/districts/{{case_id}}/{name}", summary=summary, name=name, responses=lists(shown.LISTED[name]))
    async def listed(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> list[Answer]:
        today = await service.today()
        async with service.reading(request, of=str(case_id)) as connection:
            await queries.one_district(connection, str(case_id), actor, today)
            return await queries.rows(connection, table, str(case_id))


def _timeline(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/districts/{case_id}/timeline",
        summary="What happened, in order, with what was corrected",
        responses=lists(shown.DistrictEvent),
    )
    async def district_timeline(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> list[Answer]:
        today = await service.today()
        async with service.reading(request, of=str(case_id)) as connection:
            await queries.one_district(connection, str(case_id), actor, today)
            return await queries.rows(connection, timeline.table, str(case_id), [timeline.table.c.version])


def _register(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/register",
        summary="The public register, today or as of a day; open to everybody",
        responses=lists(shown.RegisterEntry),
    )
    async def register(
        request: Request, *, on: Day | None = None, known_at: Moment | None = None, county: County = None
    ) -> list[Answer]:
        query = select(DISTRICTS).order_by(DISTRICTS.c.designated_on, DISTRICTS.c.case_id)
        if county is not None:
            query = query.where(DISTRICTS.c.county == county)
        as_of = on or await service.today()
        async with service.reading(request) as connection:
            districts = (await connection.execute(query)).mappings().all()
        entries = (queries.register_entry(dict(row), as_of, known_at) for row in districts)
        return [entry for entry in entries if entry is not None]

    @reads.get(
        "/register/{case_id}",
        summary="One entry of the public register; open to everybody",
        responses=answers(shown.RegisterEntry),
    )
    async def register_entry(
        request: Request, case_id: UUID, on: Day | None = None, known_at: Moment | None = None
    ) -> Answer:
        as_of = on or await service.today()
        async with service.reading(request, of=str(case_id)) as connection:
            query = select(DISTRICTS).where(DISTRICTS.c.case_id == str(case_id))
            row = (await connection.execute(query)).mappings().first()
        entry = queries.register_entry(dict(row), as_of, known_at) if row else None
        if entry is None:
            raise queries.absent()
        return entry
