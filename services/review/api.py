"""Review over HTTP. No rules: the case decides, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter

from services.review.case import commands, decider
from services.review.documents_api import document_routes
from services.review.handlers import Handlers
from services.review.queries_api import query_routes, refuse_unseen
from shared.contracts.core import Role
from shared.service.commands import CommandRoutes, Told
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.readings.api import reading_routes
from shared.service.service import Service

OFFICERS = (Role.PROVINCE, Role.PROVINCE_LEAD)


def routes(service: Service) -> APIRouter:
    """Every route of review."""
    command_routes = CommandRoutes(service, decider, prefix="/cases", location="/cases")
    _holding(command_routes)
    _examination(command_routes)
    _panel(command_routes)
    _decision(command_routes, Handlers(service))
    every = router()
    every.include_router(command_routes.router, tags=["commands"])
    every.include_router(query_routes(service), tags=["queries"], dependencies=[READS])
    every.include_router(reading_routes(service, refuse_unseen(service)), tags=["queries"], dependencies=[READS])
    every.include_router(document_routes(service), tags=["documents"], dependencies=[READS])
    return every


def _holding(command_routes: CommandRoutes) -> None:
    holder, post = "/{case_id}/holder", command_routes.post
    post(f"{holder}/claim", commands.ClaimCase, *OFFICERS, summary="Claim a case that nobody holds")
    post(f"{holder}/release", commands.ReleaseCase, *OFFICERS, summary="Let it go")
    post(f"{holder}/handover", commands.HandOverCase, *OFFICERS, summary="Hand it over to a colleague")


def _examination(command_routes: CommandRoutes) -> None:
    case, post = "/{case_id}", command_routes.post
    post(f"{case}/correction-notice", commands.IssueCorrectionNotice, *OFFICERS, summary="Tell all corrections at once")
    post(f"{case}/acceptance", commands.Accept, *OFFICERS, summary="Accept, and assess the conditions")
    post(f"{case}/refusal", commands.RefuseAcceptance, *OFFICERS, summary="Refuse acceptance, with reasons")
    post(f"{case}/judgements", commands.GiveJudgement, *OFFICERS, summary="Judge a condition that no rule decides")


def _panel(command_routes: CommandRoutes) -> None:
    case, post = "/{case_id}", command_routes.post
    post(f"{case}/panel", commands.ConvenePanel, *OFFICERS, summary="Convene the panel, with reserves")
    post(
        f"{case}/panel/impartiality",
        commands.DeclareImpartiality,
        Role.EXPERT,
        summary="Declare that nothing ties you to the applicants",
    )
    post(f"{case}/panel/conflict", commands.DeclareConflict, Role.EXPERT, summary="Declare a conflict of interest")
    post(f"{case}/panel/recusal", commands.RecuseExpert, *OFFICERS, summary="Take an expert off the panel")
    post(f"{case}/panel/replacement", commands.ReplaceExpert, *OFFICERS, summary="Fill an empty seat")
    post(f"{case}/score-sheet", commands.SubmitScoreSheet, Role.EXPERT, summary="Give one's score sheet, once")
    post(
        f"{case}/material-review/conclusion",
        commands.ConcludeMaterialReview,
        *OFFICERS,
        summary="Go on with enough valid sheets, though not all are in",
    )
    post(f"{case}/panel/conclusion", commands.ConcludePanel, *OFFICERS, summary="Record the panel's conclusion")


def _decision(command_routes: CommandRoutes, handlers: Handlers) -> None:
    case, post = "/{case_id}", command_routes.post
    post(f"{case}/site-visit", commands.ScheduleSiteVisit, *OFFICERS, summary="Schedule the site visit")
    post(f"{case}/site-visit/day", commands.RescheduleSiteVisit, *OFFICERS, summary="Reschedule it, with a reason")
    post(
        f"{case}/site-visit/report",
        commands.ReportSiteVisit,
        *OFFICERS,
        Role.EXPERT,
        summary="Report it; an expert, where they are named to visit",
        prepare=handlers.report_visit,
    )
    post(f"{case}/publicity", commands.StartPublicity, *OFFICERS, summary="Start publicity")
    post(
        f"{case}/objections",
        commands.FileObjection,
        summary="Object, while publicity runs",
        prepare=handlers.mark_client,
        looked_up=frozenset({"client"}),
        public=True,
        tells=Told("objection_id", "The receipt, to ask for the answer with: `GET /objections/ID`", handlers.receipt),
    )
    post(
        f"{case}/objections/set-aside",
        commands.SetAsideObjections,
        *OFFICERS,
        summary="Set aside abuse in one act, with the reason",
    )
    post(
        f"{case}/objections/{{objection_id}}/answer", commands.AnswerObjection, *OFFICERS, summary="Answer an objection"
    )
    post(
        f"{case}/approval",
        commands.Approve,
        Role.PROVINCE_LEAD,
        summary="Approve, with document number and date",
        prepare=handlers.approve,
    )
    post(f"{case}/not-yet", commands.ConfirmNotYet, *OFFICERS, summary="Not yet, with reasons")
    post(
        f"{case}/record-correction",
        commands.CorrectRecord,
        *OFFICERS,
        summary="Correct the record",
        prepare=handlers.correct_record,
        looked_up=frozenset({"recorded"}),
    )
