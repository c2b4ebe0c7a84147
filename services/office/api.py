"""Office over HTTP. No rules: the aggregates decide, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter, Request

from services.office.calendar import CALENDARS
from services.office.calendar.commands import AnnounceCalendar
from services.office.calendar.decide import KEEPERS
from services.office.feedback import FEEDBACK
from services.office.feedback.commands import AnswerFeedback, GiveFeedback
from services.office.feedback_api import feedback_routes
from services.office.feedback_queries import part_in
from services.office.handlers import Handlers
from services.office.letter import LETTER
from services.office.letter.commands import AnswerLetter, SendLetter
from services.office.letter.permission import OFFICERS
from services.office.office import commands, decider
from services.office.policy import POLICIES
from services.office.policy.commands import AdoptPolicy
from services.office.queries_api import query_routes
from services.office.views import FEEDBACK as READ
from shared.contracts.core import Actor, Role
from shared.service.commands import CommandRoutes
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.readings.api import RefuseUnseen, reading_routes
from shared.service.service import Service

HEADS = (Role.PROVINCE_LEAD, Role.CITY, Role.COUNTY, Role.KEY_UNIT)


def routes(service: Service) -> APIRouter:
    """Every route of office."""
    office = CommandRoutes(service, decider, prefix="/offices", parameter="office")
    office.post("/{office}/delegations", commands.GrantDelegation, *HEADS, summary="Let a colleague act for you")
    office.post(
        "/{office}/delegations/{delegation_id}/end",
        commands.EndDelegation,
        *HEADS,
        Role.PROVINCE,
        summary="End a delegation now",
    )
    letters = CommandRoutes(service, LETTER, prefix="/letters", parameter="letter_id", location="/letters")
    letters.post("", SendLetter, summary="Write to the department", opens=True, public=True)
    letters.post("/{letter_id}/answer", AnswerLetter, *OFFICERS, summary="Answer a letter")
    feedback = CommandRoutes(service, FEEDBACK, prefix="/handlings", parameter="handling_id")
    feedback.post(
        "/{handling_id}/feedback",
        GiveFeedback,
        summary="Say how satisfied you are with how a step was handled",
        prepare=Handlers(service).give_feedback,
        looked_up=frozenset({"handled"}),
        public=True,
    )
    feedback.post(
        "/{handling_id}/feedback/{feedback_id}/answer",
        AnswerFeedback,
        *OFFICERS,
        summary="Answer whoever was not satisfied",
    )
    calendar = CommandRoutes(service, CALENDARS, prefix="/calendars", parameter="calendar")
    calendar.post("/{calendar}/years", AnnounceCalendar, *KEEPERS, summary="Load a year's notice of holidays")
    policy = CommandRoutes(service, POLICIES, prefix="/policies", parameter="policy")
    policy.post("/{policy}/versions", AdoptPolicy, Role.PROVINCE_LEAD, summary="Adopt a version of the policy")
    every = router()
    every.include_router(office.router, tags=["commands"])
    every.include_router(letters.router, tags=["commands"])
    every.include_router(feedback.router, tags=["commands"])
    every.include_router(calendar.router, tags=["commands"])
    every.include_router(policy.router, tags=["commands"])
    every.include_router(query_routes(service), tags=["queries"], dependencies=[READS])
    every.include_router(feedback_routes(service), tags=["queries"], dependencies=[READS])
    every.include_router(reading_routes(service, _refuse_unseen(service)), tags=["queries"], dependencies=[READS])
    return every


def _refuse_unseen(service: Service) -> RefuseUnseen:
    """Raises ``Problem`` for a case of which the actor is no applicant."""

    async def refuse(request: Request, actor: Actor, case_id: str) -> None:
        async with service.reading(request, READ.name) as connection:
            await part_in(connection, actor, case_id)

    return refuse
