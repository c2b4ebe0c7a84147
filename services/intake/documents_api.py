"""Documents out: one version of a document, as it was uploaded."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse

from services.intake import rules
from services.intake.queries_api import Queries
from services.intake.views import documents
from shared.contracts.core import Refusal
from shared.programme.values.stored_file import StoredFile
from shared.service.files.documents import DOCUMENT
from shared.service.http.problems import refused
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.service import Service

Version = Annotated[int, Exact, Path(ge=0, le=999_999_999)]


class Downloads:
    """The endpoint that gives documents, each within the asker's scope."""

    def __init__(self, service: Service, queries: Queries) -> None:
        self._service = service
        self._queries = queries

    def routes(self) -> APIRouter:
        """Its route."""
        downloads = router()
        downloads.add_api_route(
            "/applications/{case_id}/attachments/{attachment_id}/{version:number}",
            self.download,
            methods=["GET"],
            summary="One version of a document",
            response_class=StreamingResponse,
            dependencies=[Depends(self._service.actor)],
            responses=DOCUMENT,
        )
        return downloads

    async def download(self, request: Request, case_id: str, attachment_id: str, version: Version) -> StreamingResponse:
        """Its content, as it was uploaded."""
        await self._queries.row(request, case_id)
        query = sa.select(documents.c.versions).where(
            documents.c.case_id == case_id, documents.c.attachment_id == attachment_id
        )
        versions = [stored for row in await self._queries.rows(request, query) for stored in row["versions"]]
        kept = next((stored for stored in versions if stored["version"] == version), None)
        if kept is None:
            raise refused(Refusal(rules.NO_SUCH_ATTACHMENT, f"{attachment_id} version {version}"))
        file = StoredFile(kept["sha256"], kept["size"], kept["media_type"], kept["name"])
        return await self._service.documents.answer(file)
