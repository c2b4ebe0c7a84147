"""Documents over HTTP: photographs of the site visit in, and the packet's documents out.

Annotations are read when a route is made (its dependencies are the service's), so they are not postponed here.
"""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from services.review import queries
from services.review.case import decider
from services.review.case.permission import expert_id, may_report_visit
from services.review.case.state import OnFile
from services.review.views import CASES as CASES_PROJECTION
from services.review.views import packets, visits
from shared.contracts.core import Actor, Role
from shared.programme.values.stored_file import StoredFile
from shared.service.files.documents import DOCUMENT
from shared.service.files.uploads import multipart, read_upload
from shared.service.http.problems import Problem
from shared.service.http.routes import router
from shared.service.service import Service

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


def document_routes(service: Service) -> APIRouter:
    """Uploads and downloads."""
    asking = router()

    @asking.post(
        "/cases/{case_id}/photographs",
        status_code=HTTPStatus.CREATED,
        summary="Keep a photograph",
        responses={201: {"model": StoredFile}},
        openapi_extra=multipart("file"),
    )
    async def photograph(
        request: Request,
        case_id: UUID,
        actor: Annotated[Actor, Depends(service.caller(Role.PROVINCE, Role.PROVINCE_LEAD, Role.EXPERT))],
    ) -> dict[str, Any]:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.papers(connection, str(case_id), actor)
        await _may_photograph(service, str(case_id), actor)
        async with read_upload(request, service.documents.limit) as sent:
            if not sent.file.media_type.startswith("image/"):
                raise _no_picture(sent.file.media_type)
            return asdict(await service.documents.put(sent.file, sent.content))

    @asking.get(
        "/cases/{case_id}/documents/{sha256}",
        summary="A document of the packet, or a photograph",
        response_class=StreamingResponse,
        responses=DOCUMENT,
    )
    async def document(
        request: Request, case_id: UUID, sha256: Sha256, actor: Annotated[Actor, Depends(service.actor)]
    ) -> StreamingResponse:
        async with service.reading(request, CASES_PROJECTION.name, of=str(case_id)) as connection:
            await queries.papers(connection, str(case_id), actor)
            documents = await _documents(connection, str(case_id), actor)
        if sha256 not in documents:
            raise _absent()
        return await _send(service, documents[sha256])

    return asking


async def _may_photograph(service: Service, case_id: str, actor: Actor) -> None:
    """Raises ``Problem`` 403 for whoever may not report the visit."""
    state, _ = await service.runner.state(decider, case_id)
    if not (isinstance(state, OnFile) and may_report_visit(state, actor)):
        raise queries.forbidden("photographs are of those who visit the site", "照片由考察人员提交")


async def _documents(connection: AsyncConnection, case_id: str, actor: Actor) -> dict[str, StoredFile]:
    """The documents of a case that the actor may read, by their hash."""
    sent = await queries.rows(connection, packets.table, case_id)
    files = [attachment["file"] for packet in sent for attachment in packet["attachments"]]
    if queries.inside(actor) or expert_id(actor) is not None:
        files += [
            file for visit in await queries.rows(connection, visits.table, case_id) for file in visit["photographs"]
        ]
    return {file["sha256"]: StoredFile(**file) for file in files}


async def _send(service: Service, file: StoredFile) -> StreamingResponse:
    try:
        return await service.documents.answer(file)
    except FileNotFoundError:
        raise _absent() from None


def _absent() -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND, "document-is-known", "This case has no such document", title_zh="本办件没有该文件"
    )


def _no_picture(media_type: str) -> Problem:
    return Problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "photograph-is-a-picture",
        "The photograph is no PNG or JPEG",
        media_type,
        title_zh="照片不是PNG或JPEG格式",
        detail_zh=media_type,
        field="file",
    )
