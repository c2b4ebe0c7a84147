"""Reading cases over HTTP. ``Juqu-After-Seq`` makes a query wait for what a command wrote.

Annotations are read when a route is made (its dependencies are the service's), so they are not postponed here.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import func, select

from services.review import queries, shown
from services.review.candidates import CandidatePage, candidate, known_experts
from services.review.case import decider
from services.review.case.permission import expert_id, may_report_visit
from services.review.case.state import OnFile
from services.review.queries import CASES
from services.review.searching import ORDERS, CaseFilter, CaseList
from services.review.views import CASES as CASES_PROJECTION
from services.review.views import SHEETS as SHEETS_PROJECTION
from services.review.views import conditions, members, objections, packets, sheets, timeline, visits
from shared.contracts.core import Actor
from shared.projections.finding import page_with_words
from shared.service.http.openapi import answers, lists, problems
from shared.service.http.routes import router
from shared.service.readings.api import RefuseUnseen
from shared.service.remembered import CountedOnce
from shared.service.service import Service

Answer = dict[str, Any]


def query_routes(service: Service) -> APIRouter:
    """The queries of review, scoped by the actor's office."""
    asking = router()
    _lists(asking, service)
    _case(asking, service)
    _panel(asking, service)
    _what_happened(asking, service)
    return asking


def refuse_unseen(service: Service) -> RefuseUnseen:
    """Raises ``Problem`` for a case that an actor may not read."""

    async def refuse(request: Request, actor: Actor, case_id: str) -> None:
        async with service.reading(request, CASES_PROJECTION.name, of=case_id) as connection:
            await queries.one_case(connection, case_id, actor)

    return refuse


def _lists(asking: APIRouter, service: Service) -> None:
    @asking.get("/cases", summary="The cases that concern you, newest first", responses=lists(shown.CaseListed))
    async def list_cases(
        request: Request, actor: Annotated[Actor, Depends(service.actor)], only: Annotated[CaseList, Query()]
    ) -> list[Answer]:
        among = [queries.scope(actor), *only.clauses(await service.today(), actor)]
        async with service.reading(request, CASES_PROJECTION.name) as connection:
            rows = await page_with_words(
                connection,
                CASES,
                limit=only.limit,
                offset=only.offset,
                order=[*ORDERS[only.sort], CASES.c.case_id],
                among=among,
                hold=only.hold,
                may_hold=only.may_hold,
            )
        return [queries.without(queries.as_seen_by(row, actor), *queries.WHOLE_ONLY) for row in rows]

    counted: CountedOnce[dict[str, int]] = CountedOnce()

    @asking.get("/case-counts", summary="How many cases concern you, by stage", responses=answers(shown.CaseCounts))
    async def case_counts(
        request: Request, actor: Annotated[Actor, Depends(service.actor)], only: Annotated[CaseFilter, Query()]
    ) -> Answer:
        today = await service.today()
        question = (
            actor.subject if only.held == "by-me" else "",
            actor.office,
            actor.roles,
            only.model_dump_json(),
            today,
        )
        query = select(CASES.c.stage, func.count()).group_by(CASES.c.stage)
        query = query.where(queries.scope(actor), *only.clauses(today, actor), *only.hold, *only.may_hold)
        async with service.reading(request, CASES_PROJECTION.name) as connection:

            async def count() -> dict[str, int]:
                return dict(tuple(row) for row in await connection.execute(query))

            reached = service.projectors[CASES_PROJECTION.name].reached
            return {"stages": await counted.get(question, reached, count)}

    @asking.get(
        "/case-holders",
        summary="Who holds cases that run, and how many",
        responses=lists(shown.HolderOfCases) | problems(403),
    )
    async def case_holders(request: Request, actor: Annotated[Actor, Depends(service.actor)]) -> list[Answer]:
        if not queries.inside(actor):
            raise queries.forbidden("who holds a case is known within the province", "主办人信息仅供省科技厅内部使用")
        async with service.reading(request, CASES_PROJECTION.name) as connection:
            return [dict(row) for row in (await connection.execute(queries.holders())).mappings()]

    @asking.get("/publicity", summary="What is in publicity now; open to everybody", responses=lists(shown.InPublicity))
    async def publicity(request: Request) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name) as connection:
            return [dict(row) for row in (await connection.execute(queries.in_publicity())).mappings()]

    @asking.get(
        "/objections/{objection_id}",
        summary="What became of an objection; open to whoever has its id",
        responses=answers(shown.ObjectionAnswer),
    )
    async def objection(request: Request, objection_id: UUID) -> Answer:
        async with service.reading(request, CASES_PROJECTION.name) as connection:
            return await queries.answered(connection, str(objection_id))


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
            await queries.papers(connection, str(case_id), actor)
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
            await queries.papers(connection, str(case_id), actor)
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
            await queries.papers(connection, str(case_id), actor)
            if not queries.inside(actor) and expert_id(actor) is None:
                raise queries.forbidden("who the experts are is not told to the applicants", "专家名单不向申报单位公开")
            return await queries.rows(connection, members.table, str(case_id))

    @asking.get(
        "/cases/{case_id}/panel/candidates",
        summary="Experts of other panels, with what stands in the way in this case",
        responses=lists(shown.Candidate),
    )
    async def panel_candidates(
        request: Request,
        case_id: UUID,
        actor: Annotated[Actor, Depends(service.actor)],
        only: Annotated[CandidatePage, Query()],
    ) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.one_case(connection, str(case_id), actor)
            if not queries.inside(actor):
                raise queries.forbidden("experts are chosen by officers of the province", "专家由省科技厅选派")
            known = await known_experts(connection, only)
        state, _ = await service.runner.state(decider, str(case_id))
        return [candidate(each, state.file) for each in known] if isinstance(state, OnFile) else []

    @asking.get(
        "/cases/{case_id}/score-sheets",
        summary="The score sheets; blind until all are in",
        responses=answers(shown.ScoreSheets),
    )
    async def score_sheets(request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.papers(connection, str(case_id), actor)
        if not queries.inside(actor) and expert_id(actor) is None:
            raise queries.forbidden(
                "score sheets are read by officers and the experts of the case", "评分表仅供经办人员和本办件专家查阅"
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
            await queries.papers(connection, str(case_id), actor)
            rows = await queries.rows(connection, visits.table, str(case_id))
        if not rows:
            return None
        if queries.inside(actor) or expert_id(actor) is not None:
            return rows[0] | {"may_report": await _may_report(service, str(case_id), actor)}
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
            await queries.papers(connection, str(case_id), actor)
            rows = await queries.rows(connection, objections.table, str(case_id))
        hidden = () if queries.inside(actor) else ("objector", "client")
        return [queries.without(row, *hidden) for row in rows]

    @asking.get("/cases/{case_id}/timeline", summary="What happened, in order", responses=lists(shown.CaseEvent))
    async def case_timeline(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> list[Answer]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.papers(connection, str(case_id), actor)
            rows = await queries.rows(connection, timeline.table, str(case_id))
        if queries.inside(actor):
            return rows
        published = [row for row in rows if row["type"] not in queries.EXPERT_EVENTS]
        return [queries.without(row, "actor", "office") for row in published]


async def _may_report(service: Service, case_id: str, actor: Actor) -> bool:
    """Whether somebody may report the site visit, as far as their office goes."""
    state, _ = await service.runner.state(decider, case_id)
    return isinstance(state, OnFile) and may_report_visit(state, actor)
