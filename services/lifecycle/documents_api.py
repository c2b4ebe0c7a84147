"""Documents of a district over HTTP: in before they are filed, and out again."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from services.lifecycle import queries
from services.lifecycle.views import documents
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
    documents_router = router()

    @documents_router.post(
        "/districts/{case_id}/documents",
        status_code=HTTPStatus.CREATED,
        summary="Keep a document (PDF, DOCX, PNG, JPEG); a filing then names it by what this answers",
        responses={201: {"model": StoredFile}},
        openapi_extra=multipart("file"),
    )
    async def upload(
        request: Request, case_id: UUID, actor: Annotated[Actor, Depends(service.caller(Role.COUNTY, Role.KEY_UNIT))]
    ) -> dict[str, Any]:
        async with service.reading(request, of=str(case_id)) as connection:
            await queries.one_district(connection, str(case_id), actor, await service.today())
        async with read_upload(request, service.documents.limit) as sent:
            return asdict(await service.documents.put(sent.file, sent.content))

    @documents_router.get(
        "/districts/{case_id}/documents/{sha256}",
        summary="A document that was filed",
        response_class=StreamingResponse,
        responses=DOCUMENT,
    )
    async def download(
        request: Request, case_id: UUID, sha256: Sha256, actor: Annotated[Actor, Depends(service.actor)]
    ) -> StreamingResponse:
        table = documents.table
        async with service.reading(request, of=str(case_id)) as connection:
            await queries.one_district(connection, str(case_id), actor, await service.today())
            query = select(table).where(table.c.case_id == str(case_id), table.c.sha256 == sha256)
            file = (await connection.execute(query)).mappings().first()
        if file is None:
            raise _absent()
        return await _send(service, StoredFile(sha256, file["size"], file["media_type"], file["name"]))

    return documents_router


async def _send(service: Service, file: StoredFile) -> StreamingResponse:
    try:
        return await service.documents.answer(file)
    except FileNotFoundError:
        raise _absent() from None


def _absent() -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND, "document-is-known", "This district has no such document", title_zh="该集聚区没有该文件"
    )
