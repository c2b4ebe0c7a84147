"""Reading districts over HTTP. ``Juqu-After-Seq`` makes a query wait for what a command wrote."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Table, select

from services.lifecycle import queries, shown
from services.lifecycle.district import decider
from services.lifecycle.district.open_acts import open_acts
from services.lifecycle.queries import DISTRICTS
from services.lifecycle.register import RegisterFilter, RegisterList, entries, figures
from services.lifecycle.register import register_entry as entry_of
from services.lifecycle.views import DISTRICTS as DISTRICTS_PROJECTION
from services.lifecycle.views import assessments, duties, reports, rosters, support, timeline
from services.lifecycle.views.districts import Status
from shared.contracts.core import Actor
from shared.service import contexts
from shared.service.http.openapi import answers, lists
from shared.service.http.requests import Day, Exact, Moment
from shared.service.http.routes import router
from shared.service.readings.api import RefuseUnseen
from shared.service.remembered import CountedOnce
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
    _acts(reads, service)
    for name, (table, summary) in _LISTS.items():
        _list(reads, service, name, table, summary)
    _timeline(reads, service)
    _register(reads, service)
    return reads


def refuse_unseen(service: Service) -> RefuseUnseen:
    """Raises ``Problem`` for a district that an actor may not read."""

    async def refuse(request: Request, actor: Actor, case_id: str) -> None:
        async with service.reading(request, of=case_id) as connection:
            await queries.one_district(connection, case_id, actor, await service.today())

    return refuse


def _districts(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/districts", summary="The districts that concern you, newest first", responses=lists(shown.DistrictListed)
    )
    async def list_districts(
        request: Request,
        actor: Annotated[Actor, Depends(service.actor)],
        *,
        status: Status | None = None,
        county: County = None,
        late: bool = False,
        limit: Annotated[int, Exact, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Exact, Query(ge=0, le=100_000)] = 0,
    ) -> list[Answer]:
        today = await service.today()
        query = queries.districts_shown().where(queries.scope(actor, today))
        if status is not None:
            query = query.where(DISTRICTS.c.status == status.value)
        if county is not None:
            query = query.where(DISTRICTS.c.county == county)
        if late:
            query = query.where(queries.late(today))
        query = query.order_by(DISTRICTS.c.designated_on.desc(), DISTRICTS.c.case_id).limit(limit).offset(offset)
        async with service.reading(request) as connection:
            return [queries.listed(row) for row in (await connection.execute(query)).mappings()]

    @reads.get(
        "/districts/{case_id}",
        summary="One district: where it stands, and what is due",
        responses=answers(shown.District),
    )
    async def district(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        today = await service.today()
        async with service.reading(request, of=str(case_id)) as connection:
            return queries.shown(await queries.one_district(connection, str(case_id), actor, today))


def _acts(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/districts/{case_id}/acts",
        summary="What you may do to a district now: neither your office nor its stage forbids it",
        responses=lists(shown.DistrictAct),
    )
    async def acts(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> list[Answer]:
        context = contexts.of_question(actor, await service.clock.now())
        async with service.reading(request, of=str(case_id)) as connection:
            await queries.one_district(connection, str(case_id), actor, context.today)
        state, _ = await service.runner.state(decider, str(case_id))
        return [asdict(act) for act in open_acts(state, context)]


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
    async def register(request: Request, asked: Annotated[RegisterList, Query()]) -> list[Answer]:
        today = await service.today()
        async with service.reading(request) as connection:
            return await entries(connection, asked, today)

    counted: CountedOnce[Answer] = CountedOnce()

    @reads.get(
        "/register-figures",
        summary="How many districts the register has, by county, group and grade; open to everybody",
        responses=answers(shown.RegisterFigures),
    )
    async def register_figures(request: Request, asked: Annotated[RegisterFilter, Query()]) -> Answer:
        today = await service.today()
        async with service.reading(request) as connection:
            reached = service.projectors[DISTRICTS_PROJECTION.name].reached
            question = (asked.model_dump_json(), today)
            found: Answer = await counted.get(question, reached, partial(figures, connection, asked, today))
        return found

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
        entry = entry_of(dict(row), as_of, known_at) if row else None
        if entry is None:
            raise queries.absent()
        return entry

    @reads.get(
        "/register/{case_id}/history",
        summary="How a district came to stand where it does, with the events that prove it; open to everybody",
        responses=lists(shown.RegisterEvent),
    )
    async def register_history(request: Request, case_id: UUID) -> list[Answer]:
        async with service.reading(request, of=str(case_id)) as connection:
            rows = [dict(row) for row in (await connection.execute(queries.history(str(case_id)))).mappings()]
        if not rows:
            raise queries.absent()
        return rows
