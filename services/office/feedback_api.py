"""Reading feedback over HTTP. ``Juqu-After-Seq`` makes a query wait for what a command wrote."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.office import feedback_queries, shown
from services.office.feedback import FEEDBACK
from services.office.figures import StepFigures, figures
from services.office.queries import MOST, READERS
from services.office.views import FEEDBACK as READ
from shared.contracts.core import Actor, Role
from shared.programme.policy import policy_in_force
from shared.service.http.openapi import answers, lists, problems
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]
APPLICANTS = (Role.COUNTY, Role.KEY_UNIT)


def feedback_routes(service: Service) -> APIRouter:
    """The queries of feedback."""
    reads = router()
    _of_those_served(reads, service)
    _of_the_province(reads, service)
    return reads


def _of_those_served(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/cases/{case_id}/feedback",
        summary="What was handled in a case of yours, and what you said of it",
        responses=lists(shown.HandlingShown) | problems(404),
    )
    async def of_case(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.caller(*APPLICANTS))]
    ) -> list[Answer]:
        async with service.reading(request, READ.name) as connection:
            part = await feedback_queries.part_in(connection, actor, str(case_id))
            rows = await connection.execute(feedback_queries.of_case(str(case_id), part))
            return [dict(row) for row in rows.mappings()]

    @reads.get(
        "/handlings/{handling_id}/feedback",
        summary="An answer that can be rated by its receipt, and how it was; open to whoever has the id",
        responses=answers(shown.AnswerRated),
    )
    async def of_receipt(request: Request, handling_id: UUID) -> Answer:
        ident = str(handling_id)
        async with service.reading(request, READ.name, of=ident, decider=FEEDBACK) as connection:
            return await feedback_queries.one(connection, feedback_queries.of_receipt(ident))

    @reads.get(
        "/feedback-figures",
        summary="How satisfied those who were served are, by step; open to everybody",
        responses=lists(StepFigures),
    )
    async def published(request: Request) -> list[Answer]:
        least = policy_in_force(await service.today()).feedback_published_from
        async with service.reading(request, READ.name) as connection:
            rows = await connection.execute(feedback_queries.counted())
            return [asdict(each) for each in figures((tuple(row) for row in rows), least)]


def _of_the_province(reads: APIRouter, service: Service) -> None:
    asking = Annotated[Actor, Depends(service.caller(*READERS))]

    @reads.get(
        "/feedback",
        summary="Feedback that calls for an answer; what waits first, by its last day",
        responses=lists(shown.FeedbackListed),
    )
    async def list_feedback(request: Request, _actor: asking, *, waiting: bool = False) -> list[Answer]:
        query = feedback_queries.for_the_province(waiting=waiting).limit(MOST)
        async with service.reading(request, READ.name) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    @reads.get(
        "/handlings/{handling_id}/feedback/{feedback_id}",
        summary="Feedback that calls for an answer, with what was written",
        responses=answers(shown.FeedbackShown),
    )
    async def whole(request: Request, handling_id: UUID, feedback_id: UUID, _actor: asking) -> Answer:
        ident = str(handling_id)
        async with service.reading(request, READ.name, of=ident, decider=FEEDBACK) as connection:
            return await feedback_queries.one(connection, feedback_queries.whole(ident, str(feedback_id)))


__all__ = ["feedback_routes"]
