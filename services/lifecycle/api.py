"""Lifecycle over HTTP. No rules: the district decides, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter

from services.lifecycle.district import commands as asked
from services.lifecycle.district import decider
from services.lifecycle.documents_api import document_routes
from services.lifecycle.handlers import Handlers
from services.lifecycle.queries_api import query_routes
from shared.contracts.core import Role
from shared.service.commands import CommandRoutes
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.running import Service

OFFICERS = (Role.PROVINCE, Role.PROVINCE_LEAD)
APPLICANTS = (Role.COUNTY, Role.KEY_UNIT)
UPLOADS = frozenset({"not_uploaded"})


def routes(service: Service) -> APIRouter:
    """Every route of lifecycle."""
    commands, handlers = CommandRoutes(service, decider, prefix="/districts", read_at="/districts"), Handlers(service)
    _term(commands, handlers)
    _assessment(commands, handlers)
    _rectification(commands, handlers)
    _revocation(commands)
    every = router()
    every.include_router(commands.router, tags=["commands"])
    every.include_router(document_routes(service), tags=["documents"], dependencies=[READS])
    every.include_router(query_routes(service), tags=["queries"], dependencies=[READS])
    return every


def _term(c: CommandRoutes, handlers: Handlers) -> None:
    c.post(
        "/{case_id}/reports",
        asked.FileAnnualReport,
        Role.COUNTY,
        summary="File a yearly report: summary and plan",
        prepare=handlers.file_report,
        looked_up=UPLOADS,
    )
    c.post(
        "/{case_id}/report-receipts",
        asked.AcknowledgeReport,
        Role.CITY,
        *OFFICERS,
        summary="Give the city's or the province's receipt of a yearly report",
    )
    c.post("/{case_id}/support", asked.RecordSupport, Role.CITY, *OFFICERS, summary="Record an inspection, a training")
    c.post(
        "/{case_id}/duties",
        asked.ReportDuty,
        Role.COUNTY,
        summary="Report on one of the five duties",
        prepare=handlers.report_duty,
        looked_up=UPLOADS,
    )
    c.post("/{case_id}/roster", asked.UpdateRoster, *APPLICANTS, summary="State the institutions as of a day")
    c.post(
        "/{case_id}/record-correction",
        asked.CorrectRecord,
        *OFFICERS,
        summary="Correct the record by a further event",
        prepare=handlers.correct_record,
        looked_up=frozenset({"recorded"}),
    )


def _assessment(c: CommandRoutes, handlers: Handlers) -> None:
    c.post("/{case_id}/assessment", asked.OpenAssessment, *OFFICERS, summary="Open the assessment")
    c.post(
        "/{case_id}/assessment/conclusion",
        asked.ConcludeAssessment,
        *OFFICERS,
        summary="Conclude the assessment: points, and the events they rest on",
        prepare=handlers.conclude,
        looked_up=frozenset({"unknown_events"}),
    )
    c.post(
        "/{case_id}/recommendation",
        asked.RecommendNationally,
        *OFFICERS,
        summary="Recommend an excellent district first for the national zone",
    )
    c.post("/{case_id}/retention", asked.RetainTitle, *OFFICERS, summary="Keep the title; the next cycle begins")


def _rectification(c: CommandRoutes, handlers: Handlers) -> None:
    order = "/{case_id}/rectification"
    c.post(order, asked.OrderRectification, *OFFICERS, summary="Order an unqualified district to rectify")
    c.post(f"{order}/extension", asked.ExtendRectification, *OFFICERS, summary="Give more time, once")
    c.post(
        f"{order}/report",
        asked.FileRectificationReport,
        Role.COUNTY,
        summary="Report that the district rectified",
        prepare=handlers.report_rectified,
        looked_up=UPLOADS,
    )
    c.post(f"{order}/reassessment", asked.Reassess, *OFFICERS, summary="Assess again after rectification")


def _revocation(c: CommandRoutes) -> None:
    hearing = "/{case_id}/hearing"
    c.post(hearing, asked.InviteHearing, *OFFICERS, summary="Invite to state and defend")
    c.post(f"{hearing}/statements", asked.MakeStatement, *APPLICANTS, summary="State and defend")
    c.post("/{case_id}/revocation", asked.RevokeTitle, Role.PROVINCE_LEAD, summary="Revoke the title")
