"""Review over HTTP. No rules: the case decides, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter

from services.review.case import commands as asked
from services.review.case import decider
from services.review.documents_api import document_routes
from services.review.handlers import Handlers
from services.review.queries_api import query_routes
from shared.contracts.core import Role
from shared.service.commands import CommandRoutes
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.service import Service

OFFICERS = (Role.PROVINCE, Role.PROVINCE_LEAD)


def routes(service: Service) -> APIRouter:
    """Every route of review."""
    commands = CommandRoutes(service, decider, prefix="/cases", read_at="/cases")
    _examination(commands)
    _panel(commands)
    _decision(commands, Handlers(service))
    every = router()
    every.include_router(commands.router, tags=["commands"])
    every.include_router(query_routes(service), tags=["queries"], dependencies=[READS])
    every.include_router(document_routes(service), tags=["documents"], dependencies=[READS])
    return every


def _examination(c: CommandRoutes) -> None:
    case = "/{case_id}"
    c.post(f"{case}/correction-notice", asked.IssueCorrectionNotice, *OFFICERS, summary="Tell all corrections at once")
    c.post(f"{case}/acceptance", asked.Accept, *OFFICERS, summary="Accept, and assess the conditions")
    c.post(f"{case}/refusal", asked.RefuseAcceptance, *OFFICERS, summary="Refuse acceptance, with reasons")
    c.post(f"{case}/judgements", asked.GiveJudgement, *OFFICERS, summary="Judge a condition that no rule decides")


def _panel(c: CommandRoutes) -> None:
    case = "/{case_id}"
    c.post(f"{case}/panel", asked.ConvenePanel, *OFFICERS, summary="Convene the panel, with reserves")
    c.post(f"{case}/panel/conflict", asked.DeclareConflict, Role.EXPERT, summary="Declare a conflict of interest")
    c.post(f"{case}/panel/recusal", asked.RecuseExpert, *OFFICERS, summary="Take an expert off the panel")
    c.post(f"{case}/panel/replacement", asked.ReplaceExpert, *OFFICERS, summary="Fill an empty seat")
    c.post(f"{case}/score-sheet", asked.SubmitScoreSheet, Role.EXPERT, summary="Give one's score sheet, once")
    c.post(
        f"{case}/material-review/conclusion",
        asked.ConcludeMaterialReview,
        *OFFICERS,
        summary="Go on with enough valid sheets, though not all are in",
    )
    c.post(f"{case}/panel/conclusion", asked.ConcludePanel, *OFFICERS, summary="Record the panel's conclusion")


def _decision(c: CommandRoutes, handlers: Handlers) -> None:
    case = "/{case_id}"
    c.post(f"{case}/site-visit", asked.ScheduleSiteVisit, *OFFICERS, summary="Schedule the site visit")
    c.post(f"{case}/site-visit/day", asked.RescheduleSiteVisit, *OFFICERS, summary="Reschedule it, with a reason")
    c.post(
        f"{case}/site-visit/report",
        asked.ReportSiteVisit,
        *OFFICERS,
        summary="Report it",
        prepare=handlers.report_visit,
    )
    c.post(f"{case}/publicity", asked.StartPublicity, *OFFICERS, summary="Start publicity")
    c.post(
        f"{case}/objections",
        asked.FileObjection,
        summary="Object, while publicity runs",
        prepare=handlers.object_,
        looked_up=frozenset({"client"}),
        public=True,
    )
    c.post(
        f"{case}/objections/set-aside",
        asked.SetAsideObjections,
        *OFFICERS,
        summary="Set aside abuse in one act, with the reason",
    )
    c.post(
        f"{case}/objections/{{objection_id}}/answer", asked.AnswerObjection, *OFFICERS, summary="Answer an objection"
    )
    c.post(
        f"{case}/approval",
        asked.Approve,
        Role.PROVINCE_LEAD,
        summary="Approve, with document number and date",
        prepare=handlers.approve,
    )
    c.post(f"{case}/not-yet", asked.ConfirmNotYet, *OFFICERS, summary="Not yet, with reasons")
    c.post(
        f"{case}/record-correction",
        asked.CorrectRecord,
        *OFFICERS,
        summary="Correct the record",
        prepare=handlers.correct_record,
        looked_up=frozenset({"recorded"}),
    )
