"""The HTTP API of intake: a route for each command and each question, and no rules."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends

from services.intake.application import commands, decider
from services.intake.divisions_api import division_routes
from services.intake.documents_api import Downloads
from services.intake.eligibility_api import eligibility_routes
from services.intake.handlers import Handlers
from services.intake.packet_api import Packets
from services.intake.queries_api import Queries
from services.intake.uploads import ATTACHMENT, UPLOADERS, Uploads
from shared.contracts import intake as events
from shared.contracts.core import Role
from shared.programme.values.stored_file import StoredFile
from shared.service.commands import CommandRoutes
from shared.service.files.uploads import multipart
from shared.service.http.reading import READS
from shared.service.http.routes import router
from shared.service.readings.api import reading_routes
from shared.service.service import Service

APPLICANTS = (Role.COUNTY, Role.KEY_UNIT)
OFFICERS = (Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD)
_MARK = frozenset({"mark"})


def routes(service: Service) -> APIRouter:
    """Every route of intake."""
    handlers = Handlers(service)
    posts = CommandRoutes(service, decider, prefix="", location="/applications")
    _drafting(posts)
    _sealing(posts, handlers)
    _afterwards(posts, handlers)
    every = router()
    every.include_router(posts.router)
    every.include_router(_uploads(service, Uploads(service, posts, handlers), posts))
    queries = Queries(service)
    every.include_router(queries.routes(), dependencies=[READS])
    every.include_router(Packets(service, handlers).routes(), dependencies=[READS])
    every.include_router(Downloads(service, queries).routes(), dependencies=[READS])
    every.include_router(eligibility_routes(service), dependencies=[READS])
    every.include_router(division_routes(service), dependencies=[READS])
    every.include_router(reading_routes(service, queries.refuse_unseen), dependencies=[READS])
    return every


def _uploads(service: Service, uploads: Uploads, posts: CommandRoutes) -> APIRouter:
    documents = router()
    documents.add_api_route(
        "/applications/{case_id}/attachments",
        uploads.attach,
        methods=["POST"],
        name="AddAttachment",
        summary="Add a document, or a further version of one",
        response_model=None,
        dependencies=[Depends(service.caller(*UPLOADERS))],
        openapi_extra=posts.documented(ATTACHMENT),
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


def _drafting(posts: CommandRoutes) -> None:
    posts.post("/applications", commands.OpenDraft, *APPLICANTS, summary="Open a joint application", opens=True)
    posts.post("/applications/{case_id}/form", commands.ReviseForm, *APPLICANTS, summary="Save the whole form")
    posts.post(
        "/applications/{case_id}/attachments/{attachment_id}/removal",
        commands.RemoveAttachment,
        *APPLICANTS,
        summary="Take a document out of the packet",
    )
    posts.post(
        "/applications/{case_id}/unit-correction",
        commands.CorrectUnit,
        *APPLICANTS,
        summary="Put a unit's particulars right",
    )
    posts.post(
        "/applications/{case_id}/withdrawal", commands.Withdraw, *APPLICANTS, summary="Take the application back"
    )


def _sealing(posts: CommandRoutes, handlers: Handlers) -> None:
    posts.post(
        "/applications/{case_id}/seals",
        commands.SealPacket,
        *APPLICANTS,
        Role.CITY,
        summary="Set your unit's seal on the packet as it is",
        prepare=handlers.sealed,
        looked_up=_MARK,
    )
    posts.post(
        "/applications/{case_id}/endorsement-request",
        commands.RequestEndorsement,
        Role.COUNTY,
        summary="Send the sealed packet to the city, or where the county files directly, to the province",
        blocked_by=events.FilingBlocked,
    )
    posts.post(
        "/applications/{case_id}/endorsement",
        commands.Endorse,
        Role.CITY,
        summary="Agree and seal",
        prepare=handlers.sealed,
        looked_up=_MARK,
    )
    posts.post(
        "/applications/{case_id}/refusal", commands.DeclineEndorsement, Role.CITY, summary="Decline, with reasons"
    )
    posts.post("/applications/{case_id}/return", commands.ReturnForChanges, Role.CITY, summary="Return it for changes")


def _afterwards(posts: CommandRoutes, handlers: Handlers) -> None:
    posts.post(
        "/paper-applications",
        commands.KeyPaperApplication,
        *OFFICERS,
        summary="Record a paper filing with its defects",
        prepare=handlers.with_documents,
        opens=True,
    )
    posts.post(
        "/applications/{case_id}/correction",
        commands.FileCorrection,
        Role.COUNTY,
        summary="Answer the correction notice with the corrected packet",
    )
    posts.post(
        "/applications/{case_id}/record-corrections",
        commands.CorrectRecord,
        *OFFICERS,
        summary="Correct the record by a further event",
        prepare=handlers.with_known_event,
        looked_up=frozenset({"recorded"}),
    )
