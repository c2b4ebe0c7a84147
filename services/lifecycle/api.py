"""Lifecycle over HTTP. No rules: the district decides, and ``queries`` says who reads what."""

from __future__ import annotations

from fastapi import APIRouter

from services.lifecycle.district import commands, decider
from services.lifecycle.documents_api import document_routes
from services.lifecycle.handlers import Handlers
from services.lifecycle.queries_api import query_routes, refuse_unseen
from shared.contracts.core import Role
from shared.service.commands import CommandRoutes
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.readings.api import reading_routes
from shared.service.service import Service

OFFICERS = (Role.PROVINCE, Role.PROVINCE_LEAD)
APPLICANTS = (Role.COUNTY, Role.KEY_UNIT)
UPLOADS = frozenset({"not_uploaded"})


def routes(service: Service) -> APIRouter:
    """Every route of lifecycle."""
    district = CommandRoutes(service, decider, prefix="/districts", location="/districts")
    handlers = Handlers(service)
    _term(district, handlers)
    _assessment(district, handlers)
    _rectification(district, handlers)
    _revocation(district)
    every = router()
    every.include_router(district.router, tags=["commands"])
    every.include_router(document_routes(service), tags=["documents"], dependencies=[READS])
    every.include_router(query_routes(service), tags=["queries"], dependencies=[READS])
    every.include_router(reading_routes(service, refuse_unseen(service)), tags=["queries"], dependencies=[READS])
    return every


def _term(district: CommandRoutes, handlers: Handlers) -> None:
    district.post(
        "/{case_id}/reports",
        commands.FileAnnualReport,
        Role.COUNTY,
        summary="File a yearly report: summary and plan",
        prepare=handlers.file_report,
        looked_up=UPLOADS,
    )
    district.post(
        "/{case_id}/report-receipts",
        commands.AcknowledgeReport,
        Role.CITY,
        *OFFICERS,
        summary="Give the city's or the province's receipt of a yearly report",
    )
    district.post(
        "/{case_id}/support", commands.RecordSupport, Role.CITY, *OFFICERS, summary="Record an inspection, a training"
    )
    district.post(
        "/{case_id}/duties",
        commands.ReportDuty,
        Role.COUNTY,
        summary="Report on one of the five duties",
        prepare=handlers.report_duty,
        looked_up=UPLOADS,
    )
    district.post("/{case_id}/roster", commands.UpdateRoster, *APPLICANTS, summary="State the institutions as of a day")
    district.post(
        "/{case_id}/record-correction",
        commands.CorrectRecord,
        *OFFICERS,
        summary="Correct the record by a further event",
        prepare=handlers.correct_record,
        looked_up=frozenset({"recorded"}),
    )


def _assessment(district: CommandRoutes, handlers: Handlers) -> None:
    district.post("/{case_id}/assessment", commands.OpenAssessment, *OFFICERS, summary="Open the assessment")
    district.post(
        "/{case_id}/assessment/conclusion",
        commands.ConcludeAssessment,
        *OFFICERS,
        summary="Conclude the assessment: points, and the events they rest on",
        prepare=handlers.conclude,
        looked_up=frozenset({"unknown_events"}),
    )
    district.post(
        "/{case_id}/recommendation",
        commands.RecommendNationally,
        *OFFICERS,
        summary="Recommend an excellent district first for the national zone",
    )
    district.post(
        "/{case_id}/retention", commands.RetainTitle, *OFFICERS, summary="Keep the title; the next cycle begins"
    )


def _rectification(district: CommandRoutes, handlers: Handlers) -> None:
    order = "/{case_id}/rectification"
    district.post(order, commands.OrderRectification, *OFFICERS, summary="Order an unqualified district to rectify")
    district.post(f"{order}/extension", commands.ExtendRectification, *OFFICERS, summary="Give more time, once")
    district.post(
        f"{order}/report",
        commands.FileRectificationReport,
        Role.COUNTY,
        summary="Report that the district rectified",
        prepare=handlers.report_rectified,
        looked_up=UPLOADS,
    )
    district.post(f"{order}/reassessment", commands.Reassess, *OFFICERS, summary="Assess again after rectification")


def _revocation(district: CommandRoutes) -> None:
    hearing = "/{case_id}/hearing"
    district.post(hearing, commands.InviteHearing, *OFFICERS, summary="Invite to state and defend")
    district.post(f"{hearing}/statements", commands.MakeStatement, *APPLICANTS, summary="State and defend")
    district.post("/{case_id}/revocation", commands.RevokeTitle, Role.PROVINCE_LEAD, summary="Revoke the title")
