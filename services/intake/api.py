"""The HTTP API of intake. No rules: a route a command, a route a question."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request

from services.intake import rules
from services.intake.application import commands as asked
from services.intake.application import decider
from services.intake.handlers import Handlers
from services.intake.queries import Queries
from services.intake.uploads import Uploads
from shared.contracts.core import Refusal, Role, StoredFile
from shared.contracts.intake import FilingBlocked
from shared.service.command_id import is_uuid
from shared.service.commands import CommandRoutes
from shared.service.problems import refused
from shared.service.running import Service
from shared.service.uploads import multipart

APPLICANTS = (Role.COUNTY, Role.KEY_UNIT)
OFFICERS = (Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD)
_MARK = frozenset({"mark"})


def routes(service: Service) -> APIRouter:
    """Every route of intake."""
    handlers = Handlers(service)
    c = CommandRoutes(service, decider, prefix="", named=named_by_a_uuid)
    _drafting(c)
    _sealing(c, handlers)
    _afterwards(c, handlers)
    router = APIRouter(dependencies=[Depends(asked_by_a_uuid)])
    uploads = Uploads(service, c, handlers)
    router.add_api_route(
        "/applications/{case_id}/attachments",
        uploads.attach,
        methods=["POST"],
        name="AddAttachment",
        summary="Add a document, or a further version of one",
        response_model=None,
        openapi_extra=multipart("file", "kind", "title"),
    )
    router.add_api_route(
        "/documents",
        uploads.keep,
        methods=["POST"],
        name="KeepDocument",
        summary="Keep a scanned document of a paper filing",
        status_code=HTTPStatus.CREATED,
        response_model=StoredFile,
        openapi_extra=multipart("file"),
    )
    Queries(service, handlers).routes(router)
    every = APIRouter()
    every.include_router(c.router)
    every.include_router(router)
    return every


def named_by_a_uuid(case_id: str) -> None:
    """Raise ``Problem`` 404 for a case id that no application can have."""
    if not is_uuid(case_id):
        raise refused(Refusal(rules.NO_SUCH_APPLICATION, field="case_id"))


async def asked_by_a_uuid(request: Request) -> None:
    """The same of a request, where its path has a case id: a FastAPI dependency."""
    if "case_id" in request.path_params:
        named_by_a_uuid(request.path_params["case_id"])


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
        looked_up=frozenset({"known"}),
    )
