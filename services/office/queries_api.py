"""Reading what office keeps over HTTP. ``Juqu-After-Seq`` makes a query wait for what a command wrote."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.office import feedback_queries, queries, shown
from services.office.letter import LETTER
from services.office.queries import MOST, READERS
from services.office.views import FEEDBACK, LETTERS, OFFICES
from shared.contracts.core import Actor
from shared.service.http.openapi import answers, lists, security
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.identity.tokens import require
from shared.service.service import Service

Answer = dict[str, Any]


def query_routes(service: Service) -> APIRouter:
    """The queries of office."""
    reads = router()
    _delegations(reads, service)
    _desk(reads, service)
    _of_the_province(reads, service)
    _of_everybody(reads, service)
    return reads


def _delegations(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/offices/{office}/delegations",
        summary="Who of an office lets whom act, for what and how long; the newest first",
        responses=lists(shown.Delegation),
    )
    async def list_delegations(
        request: Request, office: str, actor: Annotated[Actor, Depends(service.actor)]
    ) -> list[Answer]:
        queries.refuse_another(actor, office)
        async with service.reading(request, of=office) as connection:
            return [dict(row) for row in (await connection.execute(queries.delegations_of(office))).mappings()]


def _desk(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/offices/{office}/waiting",
        summary="What an office's desk shows: its delegations; of the department also letters and feedback that wait",
        responses=answers(shown.WaitingAtOffice),
    )
    async def waiting(request: Request, office: str, actor: Annotated[Actor, Depends(service.actor)]) -> Answer:
        queries.refuse_another(actor, office)
        asked = {"delegations": (OFFICES.name, queries.delegations_of(office))}
        if actor.has(*READERS):
            asked["letters"] = (LETTERS.name, queries.letters_for_the_province(open_only=True).limit(MOST))
            asked["feedback"] = (FEEDBACK.name, feedback_queries.for_the_province(waiting=True).limit(MOST))
        found: Answer = {"delegations": [], "letters": [], "feedback": []}
        for name, (projection, query) in asked.items():
            async with service.reading(request, projection) as connection:
                found[name] = [dict(row) for row in (await connection.execute(query)).mappings()]
        return found


def _of_the_province(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/letters",
        summary="The letters of the public; those that wait for an answer first, by their last day",
        responses=lists(shown.LetterListed),
        openapi_extra={"security": security(READERS)},
    )
    async def list_letters(
        request: Request, actor: Annotated[Actor, Depends(service.actor)], *, waiting: bool = False
    ) -> list[Answer]:
        require(actor, *READERS)
        query = queries.letters_for_the_province(open_only=waiting).limit(MOST)
        async with service.reading(request, LETTERS.name) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    @reads.get(
        "/letters/{letter_id}/whole",
        summary="One letter with what was written",
        responses=answers(shown.LetterShown),
        openapi_extra={"security": security(READERS)},
    )
    async def whole_letter(
        request: Request, letter_id: UUID, actor: Annotated[Actor, Depends(service.actor)]
    ) -> Answer:
        require(actor, *READERS)
        async with service.reading(request, LETTERS.name, of=str(letter_id), decider=LETTER) as connection:
            return await queries.one_letter(connection, str(letter_id))


def _of_everybody(reads: APIRouter, service: Service) -> None:
    @reads.get(
        "/published-letters",
        summary="Questions and answers that are published, the newest first; open to everybody",
        responses=lists(shown.PublishedLetter),
    )
    async def published(request: Request, limit: Annotated[int, Exact, Query(ge=1, le=MOST)] = 50) -> list[Answer]:
        async with service.reading(request, LETTERS.name) as connection:
            rows = await connection.execute(queries.published_letters().limit(limit))
            return [dict(row) for row in rows.mappings()]

    @reads.get(
        "/letters/{letter_id}",
        summary="What became of a letter; open to whoever has its id",
        responses=answers(shown.LetterAnswer),
    )
    async def letter(request: Request, letter_id: UUID) -> Answer:
        async with service.reading(request, LETTERS.name, of=str(letter_id), decider=LETTER) as connection:
            return await queries.one_letter(connection, str(letter_id), *queries.ANSWERED)


__all__ = ["query_routes"]
