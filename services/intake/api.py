"""The HTTP API of intake. No rules: a route a command, a route a question."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends

from services.intake.application import commands as asked
from services.intake.application import decider
from services.intake.divisions_api import division_routes
from services.intake.handlers import Handlers
from services.intake.queries import Queries
from services.intake.uploads import ATTACHMENT, UPLOADERS, Uploads
from shared.contracts.core import Role
from shared.contracts.intake import FilingBlocked
from shared.programme.values.stored_file import StoredFile
from shared.service.commands import CommandRoutes
from shared.service.files.uploads import multipart
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.service import Service

APPLICANTS = (Role.COUNTY, Role.KEY_UNIT)
OFFICERS = (Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD)
_MARK = frozenset({"mark"})


def routes(service: Service) -> APIRouter:
    """Every route of intake."""
    handlers = Handlers(service)
    c = CommandRoutes(service, decider, prefix="", read_at="/applications")
    _drafting(c)
    _sealing(c, handlers)
    _afterwards(c, handlers)
    every = router()
    every.include_router(c.router)
    every.include_router(_uploads(service, Uploads(service, c, handlers), c))
    every.include_router(Queries(service, handlers).routes(), dependencies=[READS])
    every.include_router(division_routes(service), dependencies=[READS])
    return every


def _uploads(service: Service, uploads: Uploads, c: CommandRoutes) -> APIRouter:
    documents = router()
    documents.add_api_route(
        "/applications/{case_id}/attachments",
        uploads.attach,
        methods=["POST"],
        name="AddAttachment",
        summary="Add a document, or a further version of one",
        response_model=None,
        dependencies=[Depends(service.caller(*UPLOADERS))],
        openapi_extra=c.documented(ATTACHMENT),
    )
    documents.add_api_route(
        "/documents",
        uploads.keep,
        methods=["POST"],
        name="KeepDocument",
        summary="Keep a scanned document of a paper filing",
        status_code=HTTPStatus.CREATED,
        response_model=StoredFile,
        dependencies=[Depends(service.caller(*OFFICERS))],
        openapi_extra=multipart("file"),
    )
    return documents


def _drafting(c: CommandRoutes) -> None:
    c.post("/applications", asked.OpenDraft, *APPLICANTS, summary="Open a joint application", opens=True)
    c.post("/applications/{case_id}/form", asked.ReviseForm, *APPLICANTS, summary="Save the whole form")
    c.post(
        "/applications/{case_id}/attachments/{attachment_id}/removal",
        asked.RemoveAttachment,
        *APPLICANTS,
        summary="Take a document out of the packet",
    )
    c.post(
        "/applications/{case_id}/unit-correction",
        asked.CorrectUnit,
        *APPLICANTS,
        summary="Put a unit's particulars right",
    )
    c.post("/applications/{case_id}/withdrawal", asked.Withdraw, *APPLICANTS, summary="Take the application back")


def _sealing(c: CommandRoutes, handlers: Handlers) -> None:
    c.post(
        "/applications/{case_id}/seals",
        asked.SealPacket,
        *APPLICANTS,
        Role.CITY,
        summary="Set your unit's seal on the packet as it is",
        prepare=handlers.sealed,
        looked_up=_MARK,
    )
    c.post(
        "/applications/{case_id}/endorsement-request",
        asked.RequestEndorsement,
        Role.COUNTY,
        summary="Send the sealed packet to the city, or where the county files directly, to the province",
        blocked_by=FilingBlocked,
    )
    c.post(
        "/applications/{case_id}/endorsement",
        asked.Endorse,
        Role.CITY,
        summary="Agree and seal",
        prepare=handlers.sealed,
        looked_up=_MARK,
    )
    c.post("/applications/{case_id}/refusal", asked.DeclineEndorsement, Role.CITY, summary="Decline, with reasons")
    c.post("/applications/{case_id}/return", asked.ReturnForChanges, Role.CITY, summary="Return it for changes")


def _afterwards(c: CommandRoutes, handlers: Handlers) -> None:
    c.post(
        "/paper-applications",
        asked.KeyPaperApplication,
        *OFFICERS,
        summary="Record a paper filing with its defects",
        prepare=handlers.with_documents,
        opens=True,
    )
    c.post(
        "/applications/{case_id}/correction",
        asked.FileCorrection,
        Role.COUNTY,
        summary="Answer the correction notice with the corrected packet",
    )
    c.post(
        "/applications/{case_id}/record-corrections",
        asked.CorrectRecord,
        *OFFICERS,
        summary="Correct the record by a further event",
        prepare=handlers.with_known_event,
        looked_up=frozenset({"recorded"}),
    )
